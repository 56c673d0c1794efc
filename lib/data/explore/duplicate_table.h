// Which texts were seen before, by their hashes: 24 bytes a slot, at most twice the distinct texts.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace llmops::data::explore {

/// Where a record begins.
struct Place {
  std::uint64_t file : 16 = 0;
  std::uint64_t offset : 48 = 0;
};

/// Texts are told apart by 64 bits of XXH3: of ten million, two share one with a probability of 3e-6.
class DuplicateTable {
 public:
  struct Entry {
    std::uint64_t hash = 0;
    Place first;
    std::uint64_t count = 0;
  };

  DuplicateTable() : entries_(1024) {}
  /// @returns how often the text was seen before
  std::uint64_t add(std::uint64_t hash, Place place);
  std::uint64_t distinct() const { return size_; }
  /// Those seen most, at least twice; equal ones by where they were seen first.
  std::vector<Entry> most_repeated(std::size_t most) const;
  /// How many texts were seen so often: (1, n), (2, n), ...
  std::vector<std::pair<std::uint64_t, std::uint64_t>> by_count() const;

 private:
  void grow();
  Entry& slot(std::uint64_t hash);

  std::size_t size_ = 0;
  std::vector<Entry> entries_;  ///< open addressing; a power of two
};

}  // namespace llmops::data::explore
