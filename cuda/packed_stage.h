// Activations that a block of packed_gemm() multiplies between two barriers, in shared memory. For .cu files alone.
#pragma once

#include "cuda/half_math.h"
#include "cuda/packed_weights.h"
#include "cuda/reductions.h"

namespace llmops::cuda {
namespace {

constexpr int kWarps = 8, kThreads = kWarps * kWarp;
constexpr int kWarpSteps = 2;  ///< of a warp between two barriers
constexpr int kChunk = 8;      ///< activations a thread moves at once: 16 bytes

/// How the warps of a block share rows and columns. Many tokens: each warp its own rows. Few: warps share the columns
/// of a tile, or there would be too few blocks for the device.
template <int kRowTilesOf, int kTokenTilesOf>
struct Shape {
  static constexpr int kRowTiles = kRowTilesOf, kTokenTiles = kTokenTilesOf;
  static constexpr int kSplits = kWarps / kRowTiles;  ///< of the columns of a stage
  static constexpr int kTokens = 8 * kTokenTiles;
  static constexpr int kSteps = kWarpSteps * kSplits;  ///< of a stage
  static constexpr int kColumns = kSteps * kGroup;
  static constexpr int kPitch = kColumns + 16;  ///< four tokens' rows start in different quarters of the banks
  static constexpr int kMoves = kTokens * kColumns / kChunk / kThreads;
  static_assert(kMoves * kThreads * kChunk == kTokens * kColumns);
};

template <typename Half, typename Of>
struct Stage {
  alignas(16) Half x[Of::kTokens][Of::kPitch];
  alignas(8) float sums[Of::kSteps][Of::kTokens];  ///< of x over a step
};

/// Activations of a stage on their way to shared memory; beyond the matrix zeros.
template <typename Half, typename Of>
struct StageMoves {
  using Chunk = Pack<Half, kChunk>;
  static constexpr int kARow = Of::kColumns / kChunk;
  Chunk chunks[Of::kMoves];

  __device__ void load(const Half* x, std::int64_t stride, std::int64_t tokens, std::int64_t first_column,
                       std::int64_t cols) {
#pragma unroll
    for (int m = 0; m < Of::kMoves; ++m) {
      const int c = m * kThreads + static_cast<int>(threadIdx.x);
      const std::int64_t token = static_cast<std::int64_t>(blockIdx.y) * Of::kTokens + c / kARow;
      const std::int64_t column = first_column + c % kARow * kChunk;
      const bool inside = token < tokens && column < cols;
      if (inside) chunks[m] = load_pack<Half, kChunk>(x + token * stride + column);
#pragma unroll
      for (int i = 0; i < kChunk; ++i) {
        if (!inside) chunks[m].set(i, 0);
      }
    }
  }

  __device__ void store(Stage<Half, Of>& stage) const {
    constexpr int kChunksAStep = kGroup / kChunk;  // in four neighbouring lanes
#pragma unroll
    for (int m = 0; m < Of::kMoves; ++m) {
      const int c = m * kThreads + static_cast<int>(threadIdx.x), token = c / kARow, part = c % kARow;
      *reinterpret_cast<Chunk*>(&stage.x[token][part * kChunk]) = chunks[m];
      float sum = 0;
#pragma unroll
      for (int i = 0; i < kChunk; ++i) sum += chunks[m][i];
      for (int offset = 1; offset < kChunksAStep; offset *= 2) sum += __shfl_xor_sync(kAllLanes, sum, offset);
      if (part % kChunksAStep == 0) stage.sums[part / kChunksAStep][token] = sum;
    }
  }
};

}  // namespace
}  // namespace llmops::cuda
