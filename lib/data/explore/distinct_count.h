// How many different things were seen, in 16 KiB.
#pragma once

#include <cstdint>
#include <vector>

namespace llmops::data::explore {

/// HyperLogLog with 2^14 registers: a standard error of 1.04 / sqrt(2^14) = 0.8 %. Small counts are by linear counting.
/// Source: Flajolet and others, 2007, "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm".
class DistinctCount {
 public:
  static constexpr double kStandardError = 0.0081;

  DistinctCount() : registers_(std::size_t{1} << kBits, 0) {}
  /// @param hash  of 64 good bits
  void add(std::uint64_t hash);
  void merge(const DistinctCount& other);
  double estimate() const;

 private:
  static constexpr int kBits = 14;
  std::vector<std::uint8_t> registers_;
};

}  // namespace llmops::data::explore
