// MinHash signatures and the pairs their bands propose.
#pragma once

#include <cstdint>
#include <vector>

#include "data/dedup/dedup_spec.h"

namespace llmops::data {

/// One hash for each band: equal where all rows of the band agree. Empty sets have no bands.
/// Source: Broder, 1997, "On the resemblance and containment of documents"; permutations are multiply-add modulo 2^32.
class MinHasher {
 public:
  explicit MinHasher(const MinHashSpec& spec);
  /// @param shingles  hashes, in any order and any number of times
  std::vector<std::uint64_t> bands(const std::vector<std::uint64_t>& shingles) const;

 private:
  int bands_;
  int rows_;
  std::vector<std::uint32_t> multipliers_;  ///< odd; one a permutation, and as many more as fill the last vector
  std::vector<std::uint32_t> addends_;
};

}  // namespace llmops::data
