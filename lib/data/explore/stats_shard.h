// One accumulator of `data stats`: what is counted of the blocks of lines that it is given.
#pragma once

#include "data/explore/dataset_stats.h"
#include "data/explore/line_blocks.h"

namespace llmops::data::explore {

class StatsShard {
 public:
  struct Seen {
    std::uint64_t hash = 0, bytes = 0;
    Place place;
  };

  StatsShard(const DatasetFiles& files, const StatsSpec& spec);
  void add(std::size_t file, const LineBlock& block);
  void merge(const StatsShard& other);

  std::vector<Seen> seen;                                          ///< texts since it was last emptied, in order
  std::optional<std::pair<std::size_t, std::uint64_t>> first_bad;  ///< file and line of the first, once

  std::vector<Sizes> files;
  std::uint64_t bad_lines = 0;
  std::array<std::uint64_t, kRecordShapes> shapes{};
  LengthCounts words, characters, bytes, turns;
  FieldCounts fields;
  std::vector<Breakdown> breakdowns;
  std::map<std::string, RoleCounts, std::less<>> roles;
  PairLengths pairs;
  TextCounts text;

 private:
  void add_record(std::size_t file, std::uint64_t offset);
  void add_pair(const std::vector<std::uint64_t>& part_words);

  RecordReader reader_;
  std::vector<std::uint64_t> part_words_;
};

/// What makes two records one text: the hash of all their parts in order.
std::uint64_t content_hash(const RecordView& record);

}  // namespace llmops::data::explore
