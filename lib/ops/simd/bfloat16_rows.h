// Rounding activations to bfloat16 for the instructions that multiply it.
#pragma once

#include "ops/simd/vector.h"

namespace llmops::ops {
namespace {

/// value = high + low, to 16 bits of float32's 24.
void round_block(const float* x, int tokens, std::int64_t cols, Bfloat16Group* high, Bfloat16Group* low) {
  for (int t = 0; t < tokens; ++t, x += cols) {
    for (std::int64_t c = 0; c < cols; c += kLanes) {
      const std::int64_t left = cols - c, group = c / kGroup, place = c % kGroup;
      const auto mask = static_cast<__mmask16>(left >= kLanes ? 0xffff : (1 << left) - 1);
      const __m512 value = _mm512_maskz_loadu_ps(mask, x + c);
      const __m256bh rounded = _mm512_cvtneps_pbh(value);
      std::memcpy(high[group].values[t] + place, &rounded, sizeof rounded);
      if (low == nullptr) continue;
      const __m256bh rest = _mm512_cvtneps_pbh(_mm512_sub_ps(value, _mm512_cvtpbh_ps(rounded)));
      std::memcpy(low[group].values[t] + place, &rest, sizeof rest);
    }
    if (cols % kGroup == 0 || cols % kGroup > kLanes) continue;
    std::memset(high[cols / kGroup].values[t] + kLanes, 0, 2 * kLanes);
    if (low != nullptr) std::memset(low[cols / kGroup].values[t] + kLanes, 0, 2 * kLanes);
  }
}

}  // namespace
}  // namespace llmops::ops
