// JSON rows to Parquet and back.
#include "data/tables/table_writer.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "data/tables/table_reader.h"
#include "support/catch.h"
#include "support/table_rows.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

ParquetOptions row_groups(std::uint64_t bytes) {
  ParquetOptions options;
  options.row_group_bytes = bytes;
  return options;
}

struct Written {
  test::TemporaryDirectory folder;
  fs::path path = folder.path() / "rows.parquet";

  explicit Written(const std::vector<Json>& rows, ParquetOptions options = {}) {
    const auto writer = create_parquet(path, options);
    for (const Json& row : rows) writer->add(row);
    writer->finish();
  }
  std::vector<Json> rows() const { return test::table_rows(*open_table(path, "parquet", {})); }
};

std::vector<Json> conversations(int count) {
  std::vector<Json> rows;
  for (int i = 0; i < count; ++i) {
    rows.push_back({{"id", fmt::format("row-{}", i)},
                    {"messages", Json::array({{{"role", "user"}, {"content", fmt::format("Frage {} \"é\" 漢\n", i)}},
                                              {{"role", "assistant"}, {"content", std::string(i % 50, 'x')}}})},
                    {"score", i / 8.0},
                    {"tokens", i},
                    {"kept", i % 3 == 0}});
  }
  return rows;
}

std::string error_of(const std::vector<Json>& rows) {
  try {
    Written written(rows, row_groups(1));
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST_CASE("rows come back from Parquet as they were written, over many row groups", "[data]") {
  const auto rows = conversations(1000);
  CHECK(Written(rows, row_groups(10'000)).rows() == rows);
  CHECK(Written(rows).rows() == rows);
}

TEST_CASE("the same rows make the same bytes", "[data]") {
  const auto rows = conversations(300);
  const std::string bytes = read_file(Written(rows).path);
  CHECK(bytes == read_file(Written(rows).path));
  CHECK(bytes.find("parquet-cpp") == std::string::npos);
}

TEST_CASE("a field that some rows lack is null there, and whole numbers among numbers are numbers", "[data]") {
  const std::vector<Json> rows = {
      {{"a", 1}}, {{"b", Json::array()}, {"a", 0.5}}, {{"a", nullptr}, {"c", Json::object()}}};
  const Written written(rows);
  CHECK(written.rows()[0]["a"].is_number_float());
  CHECK(written.rows() == std::vector<Json>{{{"a", 1.0}, {"b", nullptr}, {"c", nullptr}},
                                            {{"a", 0.5}, {"b", Json::array()}, {"c", nullptr}},
                                            {{"a", nullptr}, {"b", nullptr}, {"c", nullptr}}});
}

TEST_CASE("what does not fit its column is named with its row", "[data]") {
  const Json first = {{"score", 1.5}, {"meta", {{"tags", {"a"}}}}};
  CHECK(error_of({first, {{"score", "high"}}}) == "row 2: 'score' is text, and a number in the rows before");
  CHECK(error_of({first, {{"extra", 1}}}) == "row 2: 'extra' is not in any row before");
  CHECK(error_of({first, {{"meta", {{"tags", {1}}}}}}) ==
        "row 2: 'meta.tags[]' is a whole number, and text in the rows before");
  CHECK(error_of({first, {{"meta", {{"kind", "x"}}}}}) == "row 2: 'meta.kind' is not in any row before");
  CHECK(error_of({{{"n", 18446744073709551615ULL}}}) ==
        "row 1: 'n' is 18446744073709551615, more than a column of whole numbers holds");
  CHECK(error_of({Json::array()}) == "row 1 is array, expected an object");
  test::TemporaryDirectory folder;
  const auto writer = create_parquet(folder.path() / "two.parquet");
  writer->add({{"a", 1}});
  writer->add({{"a", "x"}});
  CHECK_THROWS_WITH(writer->finish(), "row 2: 'a' is text, and a whole number in row 1");
}

TEST_CASE("a file without rows is refused, and an unfinished one leaves nothing behind", "[data]") {
  test::TemporaryDirectory folder;
  CHECK_THROWS_AS(create_parquet(folder.path() / "none.parquet")->finish(), InputError);
  create_parquet(folder.path() / "left.parquet")->add({{"a", 1}});
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("text that is not UTF-8 is repaired", "[data]") {
  const std::vector<Json> rows = {{{"a", "x\xFFy"}}};
  CHECK(Written(rows).rows()[0] == Json{{"a", "x\uFFFDy"}});
}

TEST_CASE("rows far larger than a block are read one at a time", "[data]") {
  std::vector<Json> rows;
  for (int i = 0; i < 6; ++i) rows.push_back({{"text", std::string(3'000'000 + i, static_cast<char>('a' + i))}});
  const Written written(rows);
  const auto table = open_table(written.path, "parquet", {});
  std::string block;
  std::vector<std::uint64_t> ends;
  std::size_t read = 0;
  for (int blocks = 0; table->next(block, ends); ++blocks) {
    CHECK(block.size() < kTableBlockBytes + 3'100'000);
    for (const std::uint64_t end : ends) CHECK(end <= block.size());
    read += ends.size();
  }
  CHECK(read == rows.size());
}

}  // namespace
}  // namespace llmops::data
