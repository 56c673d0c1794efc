// Parquet and Arrow files as JSON lines, against what pyarrow's rows are (tests/golden/tables).
#include "data/tables/table_reader.h"

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/error_of.h"
#include "support/table_rows.h"

namespace llmops::data {
namespace {

using Catch::Matchers::Contains;
using test::table_lines;
using test::table_rows;

const fs::path kTables = LLMOPS_SOURCE_DIR "/tests/golden/tables";

std::vector<Json> golden_rows(const std::vector<std::string>& dropped) {
  std::vector<Json> rows;
  const std::string text = read_file(kTables / "types.jsonl");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    rows.push_back(parse_json(std::string_view(text).substr(at, end - at), "types.jsonl"));
    for (const std::string& name : dropped) rows.back().erase(name);
    at = end + 1;
  }
  return rows;
}

std::vector<Json> rows_of(const fs::path& path, const std::string& format = "",
                          const std::vector<std::string>& columns = {}) {
  return table_rows(*open_table(path, format, columns));
}

// What reading a damaged file says; "read" where nothing is found to be wrong. Anything else fails the test.
std::string outcome(const std::string& name, const std::string& bytes) {
  const std::string said = test::error_of(name, bytes, [](const fs::path& path) {
    const auto table = open_table(path, "", {});
    std::string block;
    std::vector<std::uint64_t> ends;
    while (table->next(block, ends)) {
    }
  });
  return said == "no error" ? "read" : said;
}

TEST_CASE("every type of Parquet is what Python's rows say", "[data]") {
  CHECK(rows_of(kTables / "types.parquet") == golden_rows({}));
}

TEST_CASE("every type of an Arrow stream is what Python's rows say", "[data]") {
  CHECK(rows_of(kTables / "types.arrow") == golden_rows({"image", "grid"}));
}

TEST_CASE("a feather file is an Arrow file, here with compressed batches", "[data]") {
  const auto rows = rows_of(kTables / "turns.feather");
  const auto golden = golden_rows({});
  REQUIRE(rows.size() == golden.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i] == Json{{"text", golden[i]["text"]}, {"messages", golden[i]["messages"]}});
  }
}

TEST_CASE("types that only Arrow files have", "[data]") {
  const std::string lines = table_lines(*open_table(kTables / "extra.arrow", "arrow", {}));
  CHECK(lines ==
        "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"half\":0.5,\"span\":\"-PT1.500S\","
        "\"view\":\"seen through a view\",\"far\":1152921504606846976}\n"
        "{\"id\":null,\"half\":null,\"span\":null,\"view\":null,\"far\":null}\n");
}

TEST_CASE("columns that are wanted come in the file's order", "[data]") {
  for (const char* name : {"types.parquet", "types.arrow"}) {
    const auto table = open_table(kTables / name, "", {"messages", "i8", "text"});
    CHECK(table->columns() == std::vector<std::string>{"text", "i8", "messages"});
    CHECK(table_rows(*table)[0].size() == 3);
  }
}

TEST_CASE("a column that is not there is named with a near one", "[data]") {
  try {
    open_table(kTables / "types.parquet", "", {"mesages"});
    FAIL("no error");
  } catch (const InputError& error) {
    CHECK_THAT(error.what(), Contains("types.parquet' has no column 'mesages'"));
    CHECK(error.hint() == "did you mean 'messages'?");
  }
}

TEST_CASE("what is not a table is named", "[data]") {
  CHECK_THROWS_AS(open_table("/nonexistent.parquet", "", {}), NotFoundError);
  CHECK_THROWS_AS(open_table(kTables, "parquet", {}), InputError);
  CHECK_THAT(outcome("empty.parquet", ""), Contains("empty.parquet' is empty"));
  CHECK_THAT(outcome("old.feather", "FEA1 and more"), Contains("is Feather version 1, which is not read"));
  CHECK_THAT(outcome("text.arrow", "{\"text\": 1}\n{\"text\": 2}\n"),
             Contains("text.arrow' is not readable as Arrow: "));
  CHECK_THAT(outcome("head.parquet", "PAR1"), Contains("head.parquet' is not readable as Parquet: "));
  CHECK_THAT(outcome("head.arrow", "ARROW1"), Contains("head.arrow' is not readable as Arrow: "));
}

TEST_CASE("a table that is cut short is an error at any length", "[data]") {
  for (const char* name : {"types.parquet", "types.arrow", "turns.feather"}) {
    const std::string whole = read_file(kTables / name);
    REQUIRE(outcome(name, whole) == "read");
    for (std::size_t length = 1; length < whole.size(); length += 1 + whole.size() / 400) {
      if (outcome(name, whole.substr(0, length)) == "read") FAIL(name << " of " << length << " bytes was read");
    }
  }
}

TEST_CASE("flipped bits never crash", "[data]") {
  for (const char* name : {"types.parquet", "types.arrow", "turns.feather", "extra.arrow"}) {
    const std::string whole = read_file(kTables / name);
    int errors = 0;
    for (std::size_t at = 0; at < whole.size(); at += 1 + whole.size() / 1000) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
      errors += outcome(name, damaged) == "read" ? 0 : 1;
    }
    CHECK(errors > 0);
  }
}

TEST_CASE("bytes behind the end of a stream are not passed over", "[data]") {
  const std::string whole = read_file(kTables / "types.arrow");
  CHECK_THAT(outcome("two.arrow", whole + whole), Contains("damaged behind row 3: there is something else behind"));
}

}  // namespace
}  // namespace llmops::data
