// What lanes read beside the numbers of packed weights, and where they write products. For .cu files alone.
#pragma once

#include "cuda/half_math.h"
#include "cuda/packed_product.h"

namespace llmops::cuda {

/// w = scale * q + offset, with q as it is stored: of all formats.
struct RowScale {
  float scale, offset;
};

/// @param numbers  of the step: half scales of 16 rows, then minima if it has them @param row  first of kRows, a
/// multiple of kRows
template <int kRows>
__device__ inline void load_scales(const std::byte* numbers, int row, const WeightLayout& layout, RowScale* scales) {
  const auto* halves = reinterpret_cast<const __half*>(numbers) + row;
  const auto scale = load_pack<__half, kRows>(halves);
  if (layout.minimum) {
    const auto minimum = load_pack<__half, kRows>(halves + kTileRows);
#pragma unroll
    for (int r = 0; r < kRows; ++r) scales[r] = {scale[r], minimum[r]};
  } else {
    const auto zero = static_cast<float>(layout.zero());
#pragma unroll
    for (int r = 0; r < kRows; ++r) scales[r] = {scale[r], -zero * scale[r]};
  }
}

template <typename Half>
__device__ inline void store_product(const ProductOutput& out, std::int64_t token, std::int64_t row, float sum) {
  if (out.bias != nullptr) sum += out.bias[row];
  const std::int64_t at = token * out.stride + row;
  if (out.wide != nullptr) {
    out.wide[at] = sum;
  } else {
    reinterpret_cast<Half*>(out.y)[at] = from_float<Half>(sum);
  }
}

}  // namespace llmops::cuda
