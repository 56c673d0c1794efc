// Numbers in [-1, 1] or [0, 1] as one byte: a code whose steps grow with the number, for the moments of an optimizer.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace llmops::train {

/// The dynamic tree quantization of Dettmers and others, 2022, "8-bit optimizers via block-wise quantization": seven
/// decades, 1e-6 to 1, each with twice as many levels as the one below it. 256 values, ascending, 0 and 1 among them.
class DynamicCode {
 public:
  explicit DynamicCode(bool is_signed);

  float value(std::uint8_t code) const { return values_[code]; }
  std::uint8_t nearest(float number) const;
  std::span<const float> values() const { return values_; }
  /// Between neighbours: a number belongs to the code of how many of them are below it.
  std::span<const float> borders() const { return borders_; }
  /// Code of 0.
  std::uint8_t zero() const { return zero_; }

 private:
  std::array<float, 256> values_;
  std::array<float, 255> borders_;  ///< halfway between neighbours
  std::uint8_t zero_;
};

}  // namespace llmops::train
