// Random numbers that are the same on every machine.
#pragma once

#include <cstdint>
#include <random>

namespace llmops::data {

/// The standard specifies this engine to the bit, but not its distributions: they are here.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// [0, 1), in steps of 2^-53.
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  /// [0, limit); `limit` far below 2^53.
  std::size_t index(std::size_t limit) { return static_cast<std::size_t>(uniform() * static_cast<double>(limit)); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace llmops::data
