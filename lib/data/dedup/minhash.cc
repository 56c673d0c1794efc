// MinHash: the smallest value of each permutation over a set; two sets agree on one with their Jaccard similarity.
#include "data/dedup/minhash.h"

#include <limits>
#include <random>

#include "core/hash.h"

namespace llmops::data {

namespace {

constexpr std::uint64_t kSeed = 0x6C6C6D6F7073;  // fixed: the same corpus has the same clusters everywhere

}  // namespace

MinHasher::MinHasher(const MinHashSpec& spec) : bands_(spec.bands), rows_(spec.rows) {
  std::mt19937_64 random(kSeed);  // specified to the bit by the standard
  for (int i = 0; i < bands_ * rows_; ++i) {
    const std::uint64_t multiplier = random() | 1;
    permutations_.emplace_back(multiplier, random());
  }
}

std::vector<std::uint64_t> MinHasher::bands(const std::vector<std::uint64_t>& shingles) const {
  if (shingles.empty()) return {};
  // The upper half of the product: its lower bits depend on the lower bits of the shingle alone.
  std::vector<std::uint32_t> least(permutations_.size(), std::numeric_limits<std::uint32_t>::max());
  for (const std::uint64_t shingle : shingles) {
    for (std::size_t i = 0; i < least.size(); ++i) {
      const auto value = static_cast<std::uint32_t>((shingle * permutations_[i].first + permutations_[i].second) >> 32);
      if (value < least[i]) least[i] = value;
    }
  }
  std::vector<std::uint64_t> hashes;
  for (int band = 0; band < bands_; ++band) {
    const auto* rows = reinterpret_cast<const char*>(least.data() + static_cast<std::ptrdiff_t>(band) * rows_);
    hashes.push_back(
        xxh3_64({rows, sizeof(std::uint32_t) * static_cast<std::size_t>(rows_)}, static_cast<std::uint64_t>(band)));
  }
  return hashes;
}

}  // namespace llmops::data
