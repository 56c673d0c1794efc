// A distribution of lengths in bounded memory: percentiles and a histogram.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"

namespace llmops::data::explore {

/// Exact below 65,536; longer ones keep their 16 leading bits, an error of at most 1 / 65,536 of themselves.
class LengthCounts {
 public:
  void add(std::uint64_t length, std::uint64_t count = 1);
  void merge(const LengthCounts& other);

  std::uint64_t count() const { return count_; }
  std::uint64_t sum() const { return sum_; }
  double mean() const;
  std::uint64_t least() const;
  std::uint64_t most() const { return most_; }
  /// Interpolated linearly between the two nearest order statistics (numpy's default); 0 of none.
  /// @param p  0..100
  double percentile(double p) const;

  struct Bin {
    std::uint64_t low = 0, high = 0;  ///< both within
    std::uint64_t count = 0;
    std::string label() const;
  };
  /// Bins that grow (1, 2, 5, 10, 20, 50, ...), from the first that holds something to the last: lengths of text span
  /// magnitudes.
  std::vector<Bin> histogram() const;

  /// {"count", "sum", "mean", "min", "p1".."p99", "max"}
  Json json() const;

 private:
  static constexpr std::uint64_t kExact = std::uint64_t{1} << 16;
  /// The length at `rank` (from 0) of all in ascending order.
  std::uint64_t at_rank(std::uint64_t rank) const;

  std::vector<std::uint64_t> exact_;             ///< by length, as long as is needed
  std::map<std::uint64_t, std::uint64_t> long_;  ///< by rounded length
  std::uint64_t count_ = 0, sum_ = 0, most_ = 0;
};

/// The percentiles that reports show.
inline constexpr int kShownPercentiles[] = {1, 5, 10, 25, 50, 75, 90, 95, 99};

}  // namespace llmops::data::explore
