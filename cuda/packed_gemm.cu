// Weights times many rows of activations on the tensor cores.
//
// A warp holds 16 rows of weights (a tile) in registers as factor A, straight from memory, and takes activations from
// shared memory as factor B. Within 16 columns both count them so that a lane's four are neighbours: the cores' column
// 2t + j is ours of 4t + j, and 2t + 8 + j is 4t + 2 + j. Numbers stay the integers they are, exact in 16 bits; each
// step's sums are scaled in float32, where its offset meets the sum of the step's activations.
#include "cuda/packed_lanes.h"
#include "cuda/packed_stage.h"
#include "cuda/tensor_core.h"

namespace llmops::cuda {
namespace {

using ManyTokens = Shape<8, 8>;
using FewTokens = Shape<2, 2>;
constexpr std::int64_t kMostOfFew = 32;

/// What a lane holds of a warp's steps: words of rows g and g + 8, and their scales; beyond the matrix zeros.
template <int kBits>
struct LaneWeights {
  static constexpr int kQuads = kBits / 4;  ///< words a row: columns 16 apart are two words of int8, one of int4
  std::uint32_t words[kWarpSteps][2][kQuads];
  RowScale scales[kWarpSteps][2];

  __device__ void load(const PackedWeights& weights, std::int64_t tile, std::int64_t first_step) {
    const int group = threadIdx.x % kWarp / 4, quad = threadIdx.x % 4;
    const WeightLayout layout = weight_layout(weights.format);
    const std::byte* at = weights.tiles + tile * weights.tile_bytes() + first_step * layout.step_bytes();
#pragma unroll
    for (int s = 0; s < kWarpSteps; ++s, at += layout.step_bytes()) {
      const bool inside = tile < weights.tile_count() && first_step + s < weights.steps();
#pragma unroll
      for (int r = 0; r < 2; ++r) {
        const int row = group + 8 * r;
        scales[s][r] = {0, 0};
        if (inside) load_scales<1>(at + layout.weight_bytes(), row, layout, &scales[s][r]);
#pragma unroll
        for (int q = 0; q < kQuads; ++q) {
          words[s][r][q] = inside ? *reinterpret_cast<const std::uint32_t*>(at + word_offset(quad + 4 * q, row)) : 0;
        }
      }
    }
  }

  /// Factor A of half `h` of step `s`: its columns 16h to 16h + 15.
  template <typename Half>
  __device__ void factor(int s, int h, std::uint32_t (&a)[4]) const {
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const std::uint32_t word = words[s][i % 2][kBits == 8 ? h : 0];
      const int first = 2 * (i / 2);
      a[i] = register_of<Half>(static_cast<float>(number_of<kBits>(word, first, h == 1)),
                               static_cast<float>(number_of<kBits>(word, first + 1, h == 1)));
    }
  }
};

/// Sums of a warp's tile: C of each eight tokens.
template <typename Half, int kBits, typename Of>
__device__ void add_stage(const LaneWeights<kBits>& weights, const Stage<Half, Of>& stage, int split,
                          float (&sums)[Of::kTokenTiles][4]) {
  const int group = threadIdx.x % kWarp / 4, pair = threadIdx.x % 4;
#pragma unroll
  for (int s = 0; s < kWarpSteps; ++s) {
    const int step = split * kWarpSteps + s;
    std::uint32_t a[2][4];
    weights.template factor<Half>(s, 0, a[0]);
    weights.template factor<Half>(s, 1, a[1]);
#pragma unroll
    for (int n = 0; n < Of::kTokenTiles; ++n) {
      float c[4] = {};
#pragma unroll
      for (int h = 0; h < 2; ++h) {
        const auto b = *reinterpret_cast<const Pack<std::uint32_t, 2>*>(
            &stage.x[8 * n + group][step * kGroup + 16 * h + 4 * pair]);
        multiply_add(c, a[h], b.numbers[0], b.numbers[1], Half{});
      }
      const auto all = load_pack<float, 2>(&stage.sums[step][8 * n + 2 * pair]);
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const RowScale& scale = weights.scales[s][i / 2];
        sums[n][i] = fmaf(scale.scale, c[i], fmaf(scale.offset, all[i % 2], sums[n][i]));
      }
    }
  }
}

template <typename Half, int kBits, typename Of>
__global__ void __launch_bounds__(kThreads, 2)
    gemm_kernel(PackedWeights weights, const Half* x, std::int64_t stride, ProductOutput out, std::int64_t tokens) {
  __shared__ Stage<Half, Of> stages[2];
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  const int row_tile = warp % Of::kRowTiles, split = warp / Of::kRowTiles;
  const std::int64_t tile = static_cast<std::int64_t>(blockIdx.x) * Of::kRowTiles + row_tile;
  const std::int64_t count = (weights.steps() + Of::kSteps - 1) / Of::kSteps;
  float sums[Of::kTokenTiles][4] = {};
  StageMoves<Half, Of> moves;
  LaneWeights<kBits> now, next;
  moves.load(x, stride, tokens, 0, weights.cols);
  now.load(weights, tile, split * kWarpSteps);
  moves.store(stages[0]);
  __syncthreads();
  for (std::int64_t s = 0; s < count; ++s) {
    const bool more = s + 1 < count;  // the next stage is under way while this one is multiplied
    if (more) {
      moves.load(x, stride, tokens, (s + 1) * Of::kColumns, weights.cols);
      next.load(weights, tile, (s + 1) * Of::kSteps + split * kWarpSteps);
    }
    add_stage<Half, kBits, Of>(now, stages[s % 2], split, sums);
    if (more) {
      moves.store(stages[(s + 1) % 2]);
      now = next;
    }
    __syncthreads();
  }
  if constexpr (Of::kSplits > 1) {
    __shared__ float others[Of::kSplits][Of::kRowTiles][Of::kTokenTiles * 4][kWarp];
#pragma unroll
    for (int i = 0; i < Of::kTokenTiles * 4; ++i) others[split][row_tile][i][lane] = sums[i / 4][i % 4];
    __syncthreads();
    if (split > 0) return;
    for (int from = 1; from < Of::kSplits; ++from) {
#pragma unroll
      for (int i = 0; i < Of::kTokenTiles * 4; ++i) sums[i / 4][i % 4] += others[from][row_tile][i][lane];
    }
  }
#pragma unroll
  for (int i = 0; i < Of::kTokenTiles * 4; ++i) {
    const std::int64_t row = tile * kTileRows + lane / 4 + 8 * (i % 4 / 2);
    const std::int64_t token =
        static_cast<std::int64_t>(blockIdx.y) * Of::kTokens + 8 * (i / 4) + 2 * (lane % 4) + i % 2;
    if (row < weights.rows && token < tokens) store_product<Half>(out, token, row, sums[i / 4][i % 4]);
  }
}

template <typename Half, int kBits, typename Of>
void gemm_of(const PackedWeights& weights, const ProductInput& in, const ProductOutput& out, Stream stream) {
  const LaunchShape shape{dim3(static_cast<unsigned>((weights.tile_count() + Of::kRowTiles - 1) / Of::kRowTiles),
                               static_cast<unsigned>((in.tokens + Of::kTokens - 1) / Of::kTokens)),
                          dim3(kThreads)};
  launch("packed_gemm", gemm_kernel<Half, kBits, Of>, shape, stream, weights, reinterpret_cast<const Half*>(in.x),
         in.stride, out, in.tokens);
}

}  // namespace

void packed_gemm(const PackedWeights& weights, const ProductInput& in, const ProductOutput& out, Stream stream) {
  if (in.tokens == 0 || weights.rows == 0) return;
  with_half(in.format, [&](auto zero) {
    using Half = decltype(zero);
    const bool bytes = weight_layout(weights.format).bits == 8;
    if (in.tokens <= kMostOfFew) {
      return bytes ? gemm_of<Half, 8, FewTokens>(weights, in, out, stream)
                   : gemm_of<Half, 4, FewTokens>(weights, in, out, stream);
    }
    bytes ? gemm_of<Half, 8, ManyTokens>(weights, in, out, stream)
          : gemm_of<Half, 4, ManyTokens>(weights, in, out, stream);
  });
}

}  // namespace llmops::cuda
