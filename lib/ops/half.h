// IEEE half and bfloat16: numbers of weights, caches and files. On the bits, so that they hold on every machine alike.
#pragma once

#include <bit>
#include <cstdint>

namespace llmops::ops {

/// Exact. Subnormals, which the scales of small weights are, go by way of whole numbers: as floats they would be
/// subnormal too, and those take the processor a hundred cycles.
inline float half_to_float(std::uint16_t half) {
  const std::uint32_t magnitude = half & 0x7fff;
  const float subnormal = static_cast<float>(static_cast<std::int32_t>(magnitude)) * 0x1p-24F;
  const std::uint32_t exponent =
      magnitude < 0x7c00 ? 0x38000000 : 0x70000000;  // infinities and NaN keep their fraction
  const std::uint32_t normal = (magnitude << 13) + exponent;
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000) << 16;
  return std::bit_cast<float>(sign | (magnitude < 0x400 ? std::bit_cast<std::uint32_t>(subnormal) : normal));
}

/// To nearest, ties to even; beyond the range infinity.
inline std::uint16_t float_to_half(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return static_cast<std::uint16_t>(sign | 0x7e00 | ((magnitude >> 13) & 0x3ff));  // NaN
  if (magnitude >= 0x477ff000) return static_cast<std::uint16_t>(sign | 0x7c00);
  if (magnitude < 0x38800000) {  // subnormal: adding 0.5 lets the hardware round at the right bit
    const float rounded = std::bit_cast<float>(magnitude) + 0.5F;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(rounded) - 0x3f000000));
  }
  const std::uint32_t odd = (magnitude >> 13) & 1;
  return static_cast<std::uint16_t>(sign | ((magnitude - 0x38000000 + 0xfff + odd) >> 13));
}

inline float bfloat16_to_float(std::uint16_t value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

/// To nearest, ties to even.
inline std::uint16_t float_to_bfloat16(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffff) > 0x7f800000) return static_cast<std::uint16_t>((bits >> 16) | 0x40);
  return static_cast<std::uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

}  // namespace llmops::ops
