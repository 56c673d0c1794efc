// Weights times a few rows of activations, bound by reading the weights.
//
// A block takes one tile of 16 rows; its warps share out the tile's steps, each loading a step in one go. What lanes
// and then warps have gathered is added in a fixed order, and a token is added up by itself, so that its result does
// not depend on the tokens beside it: products are fused with sums by name, lest the compiler choose by the number of
// tokens.
#include "cuda/packed_lanes.h"
#include "cuda/reductions.h"

namespace llmops::cuda {
namespace {

constexpr int kWarps = 8;

/// Adds four columns of kRows rows to the sums of each token.
/// @param high  of int4: the columns 16 further @param x  those columns of the first token
template <int kBits, int kTokens, int kRows, typename Half>
__device__ void add_quad(const std::uint32_t* words, bool high, const RowScale* scales, const Half* x,
                         std::int64_t stride, int tokens, float (*sums)[kRows]) {
  float q[kRows][4];
#pragma unroll
  for (int r = 0; r < kRows; ++r) {
#pragma unroll
    for (int i = 0; i < 4; ++i) q[r][i] = static_cast<float>(number_of<kBits>(words[r], i, high));
  }
#pragma unroll
  for (int t = 0; t < kTokens; ++t) {
    if (t >= tokens) break;
    const auto values = load_pack<Half, 4>(x + t * stride);
    const float all = (values[0] + values[1]) + (values[2] + values[3]);
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      float dot = q[r][0] * values[0];
#pragma unroll
      for (int i = 1; i < 4; ++i) dot = fmaf(q[r][i], values[i], dot);
      sums[t][r] = fmaf(scales[r].scale, dot, fmaf(scales[r].offset, all, sums[t][r]));
    }
  }
}

template <typename Half, int kBits, int kTokens>
__global__ void __launch_bounds__(kWarps* kWarp)
    gemv_kernel(PackedWeights weights, const Half* x, std::int64_t stride, ProductOutput out, int tokens) {
  using Load = WideLoad<kBits>;
  __shared__ float gathered[kWarps][kTokens][kTileRows];
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  const int row = Load::first_row(lane), quad = Load::quad(lane);
  const WeightLayout layout = weight_layout(weights.format);
  const std::byte* tile = weights.tiles + blockIdx.x * weights.tile_bytes();
  float sums[kTokens][Load::kRows] = {};
#pragma unroll 2
  for (std::int64_t step = warp; step < weights.steps(); step += kWarps) {
    const std::byte* at = tile + step * layout.step_bytes();
    const auto words = *reinterpret_cast<const Pack<std::uint32_t, Load::kRows>*>(at + word_offset(quad, row));
    RowScale scales[Load::kRows];
    load_scales<Load::kRows>(at + layout.weight_bytes(), row, layout, scales);
    const Half* columns = x + step * kGroup + 4 * quad;
#pragma unroll
    for (int q = 0; q < Load::kQuads; ++q) {
      add_quad<kBits, kTokens>(words.numbers, q == 1, scales, columns + 16 * q, stride, tokens, sums);
    }
  }
#pragma unroll
  for (int t = 0; t < kTokens; ++t) {
#pragma unroll
    for (int r = 0; r < Load::kRows; ++r) {
      float sum = sums[t][r];  // lanes of the same row are kLanesARow apart
      for (int offset = Load::kLanesARow; offset < kWarp; offset *= 2) sum += __shfl_xor_sync(kAllLanes, sum, offset);
      if (quad == 0) gathered[warp][t][row + r] = sum;
    }
  }
  __syncthreads();
  for (int i = threadIdx.x; i < tokens * kTileRows; i += kWarps * kWarp) {
    const int token = i / kTileRows, r = i % kTileRows;
    float sum = 0;
    for (int w = 0; w < kWarps; ++w) sum += gathered[w][token][r];
    const std::int64_t place = static_cast<std::int64_t>(blockIdx.x) * kTileRows + r;
    if (place < weights.rows) store_product<Half>(out, token, place, sum);
  }
}

template <typename Half, int kBits, int kTokens>
void launch_gemv(const PackedWeights& weights, const ProductInput& in, const ProductOutput& out, Stream stream) {
  const LaunchShape shape{dim3(static_cast<unsigned>(weights.tile_count())), dim3(kWarps * kWarp)};
  launch("packed_gemv", gemv_kernel<Half, kBits, kTokens>, shape, stream, weights, reinterpret_cast<const Half*>(in.x),
         in.stride, out, static_cast<int>(in.tokens));
}

template <typename Half, int kBits>
void gemv_of(const PackedWeights& weights, const ProductInput& in, const ProductOutput& out, Stream stream) {
  if (in.tokens == 1) return launch_gemv<Half, kBits, 1>(weights, in, out, stream);
  if (in.tokens == 2) return launch_gemv<Half, kBits, 2>(weights, in, out, stream);
  if (in.tokens <= 4) return launch_gemv<Half, kBits, 4>(weights, in, out, stream);
  launch_gemv<Half, kBits, kMostGemvTokens>(weights, in, out, stream);
}

}  // namespace

void packed_gemv(const PackedWeights& weights, const ProductInput& in, const ProductOutput& out, Stream stream) {
  if (in.tokens == 0 || weights.rows == 0) return;
  with_half(in.format, [&](auto zero) {
    using Half = decltype(zero);
    if (weight_layout(weights.format).bits == 8) return gemv_of<Half, 8>(weights, in, out, stream);
    gemv_of<Half, 4>(weights, in, out, stream);
  });
}

void packed_product(const PackedWeights& weights, const ProductInput& in, const ProductOutput& out, Stream stream) {
  if (in.tokens <= kMostGemvTokens) return packed_gemv(weights, in, out, stream);
  packed_gemm(weights, in, out, stream);
}

}  // namespace llmops::cuda
