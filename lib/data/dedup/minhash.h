// MinHash signatures and the pairs their bands propose.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "data/dedup/dedup_spec.h"

namespace llmops::data {

/// One hash for each band: equal where all rows of the band agree. Empty sets have no bands.
/// Source: Broder, 1997, "On the resemblance and containment of documents"; permutations are multiply-add on 64 bits.
class MinHasher {
 public:
  explicit MinHasher(const MinHashSpec& spec);
  std::vector<std::uint64_t> bands(const std::vector<std::uint64_t>& shingles) const;

 private:
  int bands_;
  int rows_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> permutations_;  ///< odd multiplier, addend
};

}  // namespace llmops::data
