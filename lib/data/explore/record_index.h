// A dataset as a list of its records' identities, 24 bytes each, and the comparison of two.
#pragma once

#include <cstdint>
#include <vector>

namespace llmops::data::explore {

struct RecordKey {
  std::uint64_t id = 0;       ///< hash; 0 of a record without one
  std::uint64_t content = 0;  ///< hash of its text
  std::uint64_t file : 8 = 0;
  std::uint64_t offset : 56 = 0;
};
static_assert(sizeof(RecordKey) == 24);

struct RecordPair {
  RecordKey before, after;
};

struct RecordChanges {
  std::uint64_t same = 0;           ///< id and text
  std::uint64_t renamed = 0;        ///< the text under another id
  std::vector<RecordPair> changed;  ///< one id, another text
  std::vector<RecordPair> moved;    ///< same and renamed ones in another split
  std::vector<RecordKey> added, removed;
};

/// Pairs records by id and text, then by id, then by text; each is in one pair at most, or added, or removed. Both
/// lists are consumed. Deterministic: equal ones are paired in the order of the files.
/// @param moved  whether two files are different splits
RecordChanges compare_records(std::vector<RecordKey> before, std::vector<RecordKey> after,
                              const std::vector<std::vector<bool>>& moved);

}  // namespace llmops::data::explore
