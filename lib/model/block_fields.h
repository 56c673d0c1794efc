// Reading the fields of a quantized block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "model/tensor_file.h"

namespace llmops::model {

/// Files align tensors to 8 or 32 bytes only where their writer cared; memcpy reads at any address.
template <typename T>
T load(const std::byte* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

inline float load_half(const std::byte* bytes) { return half_to_float(load<std::uint16_t>(bytes)); }
inline int load_byte(const std::byte* byte) { return std::to_integer<int>(*byte); }

struct ScaleAndMin {
  int scale, min;  ///< 0..63
};

/// Group j of the eight of Q4_K and Q5_K: 6 bits each of scale and minimum in 12 bytes.
inline ScaleAndMin six_bit_scale(const std::byte* scales, int j) {
  const auto s = [scales](int i) { return load_byte(scales + i); };
  if (j < 4) return {s(j) & 63, s(j + 4) & 63};
  return {(s(j + 4) & 15) | (s(j - 4) >> 6) << 4, s(j + 4) >> 4 | (s(j) >> 6) << 4};
}

/// Group j of the sixteen of Q3_K: the low nibbles in 8 bytes, the upper two bits in the 4 bytes that follow.
inline int signed_six_bit_scale(const std::byte* scales, int j) {
  const int low = load_byte(scales + j % 8) >> (4 * (j / 8)) & 15;
  const int high = load_byte(scales + 8 + j % 4) >> (2 * (j / 4)) & 3;
  return (low | high << 4) - 32;
}

/// Group j of the eight of an IQ4_XS block: upper two bits in bytes 2 and 3, low nibbles in the four that follow.
inline int iq4_xs_scale(const std::byte* block, int j) {
  const int low = load_byte(block + 4 + j / 2) >> (4 * (j % 2)) & 15;
  return (low | (load<std::uint16_t>(block + 2) >> (2 * j) & 3) << 4) - 32;
}

}  // namespace llmops::model
