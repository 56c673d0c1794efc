// The two 16-bit formats of activations and caches, as plain C++ sees them.
#pragma once

#include <cstdint>

namespace llmops::cuda {

enum class HalfFormat { kF16, kBf16 };

/// One number of either format.
using HalfBits = std::uint16_t;

}  // namespace llmops::cuda
