// What a recipe says of a table.
#include "data/tables/table_spec.h"

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/table_rows.h"

namespace llmops::data {
namespace {

using Catch::Matchers::Contains;

TableSpec read_spec(const std::string& yaml) {
  auto document = config::YamlDocument::from_text(yaml, "prepare.yaml");
  auto root = document.root();
  TableSpec spec;
  read_table_spec(root, spec);
  document.finish();
  return spec;
}

TEST_CASE("a recipe's words about a table are read, and written back but for the defaults", "[data]") {
  const TableSpec spec = read_spec("columns: [id, text]\nmodel: triage\nsince: '2026-03-01'\nmin_feedback: 0.5\n");
  CHECK(spec.columns == std::vector<std::string>{"id", "text"});
  CHECK(spec.min_feedback == 0.5);
  CHECK(table_spec_json(spec) ==
        Json{{"columns", {"id", "text"}}, {"model", "triage"}, {"since", "2026-03-01"}, {"min_feedback", 0.5}});
  CHECK(table_spec_json(read_spec("{}")) == Json::object());
  CHECK_THROWS_WITH(read_spec("table: a\nquery: SELECT 1\n"),
                    Contains("prepare.yaml:2: 'query' stands beside 'table'"));
  CHECK_THROWS_AS(read_spec("min_feedback: high\n"), ConfigError);
}

TEST_CASE("an input is opened as its kind, and words for another kind are refused", "[data]") {
  const fs::path path = LLMOPS_SOURCE_DIR "/tests/golden/tables/types.parquet";
  TableSpec spec;
  spec.columns = {"i8"};
  CHECK(test::table_lines(*open_table_input(path, TableKind::kParquet, spec)) ==
        "{\"i8\":-128}\n{\"i8\":127}\n{\"i8\":null}\n");
  CHECK_THROWS_AS(open_table_input(path, TableKind::kSqlite, spec), ConfigError);
  spec = {};
  spec.query = "SELECT 1";
  CHECK_THROWS_WITH(open_table_input(path, TableKind::kParquet, spec), Contains("'query' does not apply to input"));
}

}  // namespace
}  // namespace llmops::data
