#include "data/explore/distinct_count.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace llmops::data::explore {

void DistinctCount::add(std::uint64_t hash) {
  const std::uint64_t rest = hash << kBits | std::uint64_t{1} << (kBits - 1);  // the mark ends the run of zeros
  std::uint8_t& highest = registers_[hash >> (64 - kBits)];
  highest = std::max(highest, static_cast<std::uint8_t>(std::countl_zero(rest) + 1));
}

void DistinctCount::merge(const DistinctCount& other) {
  for (std::size_t i = 0; i < registers_.size(); ++i) registers_[i] = std::max(registers_[i], other.registers_[i]);
}

double DistinctCount::estimate() const {
  const auto registers = static_cast<double>(registers_.size());
  double sum = 0, empty = 0;
  for (const std::uint8_t highest : registers_) {
    sum += std::ldexp(1.0, -highest);
    empty += highest == 0;
  }
  const double raw = 0.7213 / (1 + 1.079 / registers) * registers * registers / sum;
  return raw <= 2.5 * registers && empty > 0 ? registers * std::log(registers / empty) : raw;
}

}  // namespace llmops::data::explore
