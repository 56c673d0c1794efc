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

}  // namespace llmops::model
