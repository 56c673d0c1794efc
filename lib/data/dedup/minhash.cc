// MinHash: the smallest value of each permutation over a set; two sets agree on one with their Jaccard similarity.
#include "data/dedup/minhash.h"

#include <algorithm>
#include <random>

#include "core/hash.h"
#include "ops/simd_clones.h"

namespace llmops::data {

namespace {

constexpr std::uint64_t kSeed = 0x6C6C6D6F7073;  // fixed: the same corpus has the same clusters everywhere
constexpr std::size_t kLanes = 16;               // permutations that go through all shingles together

/// The smallest value of each of kLanes permutations.
LLMOPS_SIMD_CLONES void least_values(const std::uint32_t* shingles, std::size_t count, const std::uint32_t* multipliers,
                                     const std::uint32_t* addends, std::uint32_t* least) {
  std::uint32_t lowest[kLanes];
  for (std::size_t lane = 0; lane < kLanes; ++lane) lowest[lane] = ~0U;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::uint32_t value = shingles[i] * multipliers[lane] + addends[lane];
      lowest[lane] = value < lowest[lane] ? value : lowest[lane];
    }
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) least[lane] = lowest[lane];
}

}  // namespace

MinHasher::MinHasher(const MinHashSpec& spec) : bands_(spec.bands), rows_(spec.rows) {
  std::mt19937_64 random(kSeed);  // specified to the bit by the standard
  const auto permutations = static_cast<std::size_t>(bands_) * static_cast<std::size_t>(rows_);
  for (std::size_t i = 0; i < (permutations + kLanes - 1) / kLanes * kLanes; ++i) {
    const std::uint64_t bits = random();
    multipliers_.push_back(static_cast<std::uint32_t>(bits >> 32) | 1);
    addends_.push_back(static_cast<std::uint32_t>(bits));
  }
}

std::vector<std::uint64_t> MinHasher::bands(const std::vector<std::uint64_t>& shingles) const {
  if (shingles.empty()) return {};
  // Half the bits are enough to propose pairs, which are verified, and let the processor permute twice as many at once.
  std::vector<std::uint32_t> folded(shingles.size());
  std::transform(shingles.begin(), shingles.end(), folded.begin(),
                 [](std::uint64_t shingle) { return static_cast<std::uint32_t>(shingle ^ (shingle >> 32)); });
  std::vector<std::uint32_t> least(multipliers_.size());
  for (std::size_t i = 0; i < least.size(); i += kLanes) {
    least_values(folded.data(), folded.size(), &multipliers_[i], &addends_[i], &least[i]);
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
