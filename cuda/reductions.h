// Sums and maxima over the lanes of a warp and the warps of a block. For .cu files alone.
#pragma once

#include "cuda/launch.h"

namespace llmops::cuda {

inline constexpr int kWarp = 32;
inline constexpr int kMaxThreads = 1024;
inline constexpr unsigned kAllLanes = 0xffffffffu;

/// `combine` over all lanes, in every lane.
template <typename T, typename Combine>
__device__ inline T warp_reduce(T value, Combine combine) {
  for (int offset = kWarp / 2; offset > 0; offset /= 2)
    value = combine(value, __shfl_xor_sync(kAllLanes, value, offset));
  return value;
}

/// `combine` over the block, in every thread. @param empty  what combines to the other @param scratch  (32) shared
/// All threads of the block take part; blocks are whole warps. May follow itself with the same scratch.
template <typename T, typename Combine>
__device__ inline T block_reduce(T value, T empty, T* scratch, Combine combine) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp, warps = blockDim.x / kWarp;
  value = warp_reduce(value, combine);
  __syncthreads();  // the last one's readers are done
  if (lane == 0) scratch[warp] = value;
  __syncthreads();
  return warp_reduce(lane < warps ? scratch[lane] : empty, combine);
}

}  // namespace llmops::cuda
