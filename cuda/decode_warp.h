// How a warp attends to a block of 16 tokens for a few queries at once. For .cu files alone.
#pragma once

#include "cuda/attention_ranges.h"
#include "cuda/half_math.h"
#include "cuda/reductions.h"

namespace llmops::cuda {
namespace {

/// Keys of a block times queries. A lane reads eight tokens' keys of every 16th element; lanes then add up so that each
/// ends with the token token_of_lane().
/// @param keys  (D, 16) @param q  (kQueries, D) shared @param scores  one a query, of the lane's token
template <typename Half, int kQueries>
__device__ void score_block(const Half* keys, const float* q, int size, float (&scores)[kQueries]) {
  const int lane = threadIdx.x % kWarp;
  float sums[kQueries][8] = {};
  for (int d = lane / 2; d < size; d += kWarp / 2) {
    const auto key = load_pack<Half, 8>(keys + d * kBlockTokens + 8 * (lane % 2));
#pragma unroll
    for (int i = 0; i < kQueries; ++i) {
      const float factor = q[i * size + d];
#pragma unroll
      for (int t = 0; t < 8; ++t) sums[i][t] += factor * key[t];
    }
  }
#pragma unroll
  for (int i = 0; i < kQueries; ++i) {
#pragma unroll
    for (int left = 4, bit = 16; left > 0; left /= 2, bit /= 2) {  // halves what each lane holds
      const bool upper = (lane & bit) != 0;
#pragma unroll
      for (int t = 0; t < left; ++t) {
        const float give = upper ? sums[i][t] : sums[i][t + left], keep = upper ? sums[i][t + left] : sums[i][t];
        sums[i][t] = keep + __shfl_xor_sync(kAllLanes, give, bit);
      }
    }
    scores[i] = sums[i][0] + __shfl_xor_sync(kAllLanes, sums[i][0], 2);
  }
}

/// `combine` over the 16 tokens of a block, whose scores lie in lanes that differ in all bits but 2.
template <typename Combine>
__device__ float over_tokens(float value, Combine combine) {
#pragma unroll
  for (const int bit : {1, 4, 8, 16}) value = combine(value, __shfl_xor_sync(kAllLanes, value, bit));
  return value;
}

/// What a warp has gathered; a lane has elements 64 p + 2 lane and the next of each value.
template <int kQueries, int kPairs>
struct WarpState {
  float most[kQueries], sum[kQueries], values[kQueries][kPairs][2] = {};

  __device__ WarpState() {
    for (int i = 0; i < kQueries; ++i) most[i] = -INFINITY, sum[i] = 0;
  }

  /// Scores of a block become weights. @param seen  whether the lane's token is; one of the block is
  __device__ void soften(float (&scores)[kQueries], bool seen) {
#pragma unroll
    for (int i = 0; i < kQueries; ++i) {
      const float score = seen ? scores[i] : -INFINITY;
      const float highest = fmaxf(most[i], over_tokens(score, [](float a, float b) { return fmaxf(a, b); }));
      const float shrink = expf(most[i] - highest);  // 0 at first
      scores[i] = expf(score - highest);
      sum[i] = sum[i] * shrink + over_tokens(scores[i], [](float a, float b) { return a + b; });
      most[i] = highest;
#pragma unroll
      for (int p = 0; p < kPairs; ++p) values[i][p][0] *= shrink, values[i][p][1] *= shrink;
    }
  }

  /// @param at  (16, D) @param seen  tokens of the block; what lies in others may be no number
  template <typename Half>
  __device__ void add_values(const Half* at, int size, TokenRange seen, const float (&weights)[kQueries]) {
    const int lane = threadIdx.x % kWarp;
#pragma unroll
    for (int t = 0; t < kBlockTokens; ++t) {
      if (t < seen.first || t >= seen.last) continue;  // alike in all lanes
      float weight[kQueries];
#pragma unroll
      for (int i = 0; i < kQueries; ++i) weight[i] = __shfl_sync(kAllLanes, weights[i], lane_of_token(t));
#pragma unroll
      for (int p = 0; p < kPairs; ++p) {
        const int d = 2 * (p * kWarp + lane);
        if (d >= size) continue;
        const auto value = load_pack<Half, 2>(at + t * size + d);
#pragma unroll
        for (int i = 0; i < kQueries; ++i) {
          values[i][p][0] += weight[i] * value[0];
          values[i][p][1] += weight[i] * value[1];
        }
      }
    }
  }
};

}  // namespace
}  // namespace llmops::cuda
