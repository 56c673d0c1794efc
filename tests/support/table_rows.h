// All that a table reader gives, for comparing.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "data/tables/table_reader.h"
#include "support/catch.h"

namespace llmops::test {

/// The lines of all blocks, one after another; checks that the ends are those of the lines.
inline std::string table_lines(data::TableReader& table) {
  std::string all, block;
  std::vector<std::uint64_t> ends;
  while (table.next(block, ends)) {
    REQUIRE(!ends.empty());
    CHECK(ends.back() == block.size());
    for (const std::uint64_t end : ends) {
      if (block[end - 1] != '\n') FAIL("row does not end at " << end);
    }
    all += block;
  }
  CHECK(block.empty());
  return all;
}

inline std::vector<Json> table_rows(data::TableReader& table) {
  const std::string lines = table_lines(table);
  std::vector<Json> rows;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    rows.push_back(parse_json(std::string_view(lines).substr(at, end - at), "row"));
    at = end + 1;
  }
  return rows;
}

}  // namespace llmops::test
