// Rows and packed shards, read back byte by byte.
#include "data/write/pack.h"

#include <cstring>
#include <random>

#include "core/files.h"
#include "data/write/report.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

template <typename T>
std::vector<T> values(const std::string& bytes, std::size_t offset, std::size_t count) {
  std::vector<T> out(count);
  REQUIRE(offset + count * sizeof(T) <= bytes.size());
  std::memcpy(out.data(), bytes.data() + offset, count * sizeof(T));
  return out;
}

EncodedRecord encoded(std::size_t length, int first, std::size_t prompt) {
  EncodedRecord record;
  for (std::size_t i = 0; i < length; ++i) {
    record.tokens.push_back(first + static_cast<int>(i));
    record.supervised.push_back(i >= prompt);
  }
  return record;
}

TEST_CASE("rows hold every document once and never too many tokens", "[data]") {
  std::mt19937 random(3);
  std::vector<std::uint32_t> lengths;
  std::uint64_t tokens = 0;
  for (int i = 0; i < 2000; ++i) {
    lengths.push_back(1 + random() % 100);
    tokens += lengths.back();
  }
  RowPlanner<std::uint32_t> planner(128);
  std::vector<int> seen(lengths.size(), 0);
  std::size_t rows = 0;
  const auto take = [&](const RowPlanner<std::uint32_t>::Row& row) {
    std::uint32_t used = 0;
    for (const std::uint32_t document : row.documents) {
      used += lengths[document];
      ++seen[document];
    }
    CHECK(used == 128 - row.room);
    CHECK(used > 0);
    ++rows;
  };
  for (std::uint32_t i = 0; i < lengths.size(); ++i) planner.add(lengths[i], i, take);
  planner.finish(take);
  CHECK(std::all_of(seen.begin(), seen.end(), [](int count) { return count == 1; }));
  CHECK(static_cast<double>(tokens) / static_cast<double>(rows * 128) > 0.95);
}

TEST_CASE("shards hold the records' tokens, masks and places", "[data]") {
  const test::TemporaryDirectory scratch;
  // A conversation that fits, one that is cut, and a text of three rows.
  const std::vector<EncodedRecord> records = {encoded(6, 100, 4), encoded(20, 200, 6), encoded(18, 300, 0)};
  PackedWriter writer(8, scratch.path(), "train");
  for (const EncodedRecord& record : records) writer.add(record, &record == &records[2]);
  const PackedStats stats = writer.finish();
  CHECK(stats.documents == 5);
  CHECK(stats.cut == 1);
  CHECK(stats.tokens == 6 + 8 + 18);
  CHECK(stats.supervised == 2 + 2 + 18);

  const std::string index = read_file(scratch.path() / "train.index.bin");
  PackedHeader header;
  std::memcpy(&header, index.data(), sizeof header);
  CHECK(std::string(header.magic, 8) == "LLMOPSDX");
  CHECK(header.sequence_len == 8);
  CHECK(header.documents == 5);
  CHECK(header.tokens == 32);
  CHECK(header.rows == stats.rows);
  CHECK(index.size() == sizeof header + 6 * 8 + 5 * 4 + (header.rows + 1) * 8);
  const auto offsets = values<std::uint64_t>(index, sizeof header, 6);
  const auto sources = values<std::uint32_t>(index, sizeof header + 48, 5);
  const auto rows = values<std::uint64_t>(index, sizeof header + 48 + 20, header.rows + 1);
  CHECK(rows.back() == 5);

  const std::string token_bytes = read_file(scratch.path() / "train.tokens.bin");
  const std::string mask = read_file(scratch.path() / "train.mask.bin");
  CHECK(token_bytes.size() == 32 * 4);
  CHECK(mask.size() == 32);
  const auto tokens = values<std::uint32_t>(token_bytes, 0, 32);
  std::map<std::uint32_t, std::vector<std::uint32_t>> by_record;
  for (std::size_t document = 0; document < 5; ++document) {
    for (std::uint64_t i = offsets[document]; i < offsets[document + 1]; ++i) {
      by_record[sources[document]].push_back(tokens[i]);
      const std::size_t within = by_record[sources[document]].size() - 1;
      CHECK(static_cast<std::uint8_t>(mask[i]) == records[sources[document]].supervised[within]);
    }
  }
  CHECK(by_record[0] == std::vector<std::uint32_t>{100, 101, 102, 103, 104, 105});
  CHECK(by_record[1].size() == 8);
  std::sort(by_record[2].begin(), by_record[2].end());  // a text's pieces may lie in any rows
  CHECK(by_record[2].size() == 18);
  CHECK(by_record[2].front() == 300);
  CHECK(by_record[2].back() == 317);
}

TEST_CASE("the histogram counts every length, in about ten round bins", "[data]") {
  LengthCounts lengths = {{5000, 1}};
  for (std::uint64_t i = 20; i <= 45; ++i) lengths[i] = 1;
  const auto bins = length_histogram(lengths);
  std::uint64_t total = 0;
  for (const auto& [label, count] : bins) total += count;
  CHECK(total == lengths.size());
  CHECK(bins.size() <= 12);
  CHECK(bins.front().first == "20-24");
  CHECK(bins.back().first.back() == '+');
  CHECK(length_histogram({}).empty());
  CHECK(length_histogram({{7, 2}}) == std::vector<std::pair<std::string, std::uint64_t>>{{"7", 2}});
}

}  // namespace
}  // namespace llmops::data
