// Random numbers that are the same on every machine and standard library, drawn from named streams: what a step uses
// depends on the seed and the step alone, so a resumed run needs no saved generator.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace llmops::train {

/// SplitMix64 (Steele, Lea and Flood, 2014, "Fast splittable pseudorandom number generators").
class Random {
 public:
  /// @param stream  what the numbers are for: (seed, purpose, epoch) say; other numbers give unrelated streams
  explicit Random(std::initializer_list<std::uint64_t> stream) {
    for (const std::uint64_t part : stream) state_ = mix(state_ + part + kGamma);
  }

  std::uint64_t next() { return mix(state_ += kGamma); }
  /// In [0, bound), without bias. @param bound  at least 1
  std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    std::uint64_t value = next();
    while (value >= limit) value = next();
    return value % bound;
  }

  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  static constexpr std::uint64_t kGamma = 0x9e3779b97f4a7c15;
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t state_ = 0;
};

/// Purposes of streams, so that none is used twice.
enum RandomPurpose : std::uint64_t {
  kShuffleStream = 1,
  kDropoutStream = 2,
  kAdapterStream = 3,
  kSplitStream = 4,
  kFreshWeightsStream = 5,
  kRolloutStream = 6,
  kScoreHeadStream = 8,
};

}  // namespace llmops::train
