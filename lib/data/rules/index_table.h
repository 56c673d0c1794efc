// Elements seen before, by 64-bit hash: an open table of their indices, made anew for each text in memory it keeps.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace llmops::data {

/// Holds four bytes a slot, and looks at an element's hash only where its slot is taken.
class IndexTable {
 public:
  /// Empties the table and makes room for so many elements, fewer than 2^31.
  void reset(std::size_t elements) {
    const std::size_t slots = std::bit_ceil(2 * elements + 2);
    slots_.assign(slots, 0);
    mask_ = slots - 1;
  }

  /// The index of the first element with this hash: `index` itself, which is added, where there was none.
  /// @param hash_at  the hash of an element added before
  template <typename HashAt>
  std::uint32_t find_or_add(std::uint64_t hash, std::uint32_t index, HashAt hash_at) {
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      if (slots_[at] == 0) {
        slots_[at] = index + 1;
        return index;
      }
      if (hash_at(slots_[at] - 1) == hash) return slots_[at] - 1;
    }
  }

 private:
  std::vector<std::uint32_t> slots_;  // index + 1; 0 is free
  std::size_t mask_ = 0;
};

}  // namespace llmops::data
