// Runs the threads of a CUDA block on one thread of the host, one after another, from barrier to barrier.
//
// Every thread has a stack of its own and is left where it waits. The order of warps, how far one runs ahead of the
// others, and the order of lanes are drawn anew each time, so that a barrier that a kernel lacks shows as a wrong
// number, and dynamic shared memory starts as NaN. A barrier that not all threads reach, or reach by different calls,
// is an error rather than a hang.
#pragma once

#include <vector_types.h>

#include <cstddef>
#include <cstdint>
#include <functional>

namespace llmops::cuda_on_host {

/// What a collective call of a warp is; lanes must meet in the same one.
enum class Meeting { kBlock, kWarp, kShuffle, kBallot, kTensorCore };

struct LaunchSize {
  dim3 grid, block;
  std::size_t shared_bytes;
};

/// Runs `kernel` once for each thread of each block. @throws InternalError  for barriers that do not meet
void run_grid(const LaunchSize& size, const std::function<void()>& kernel);

/// Dynamic shared memory of the running block, to the byte.
std::byte* shared_memory();

/// Returns when all threads of the block, or all lanes of the warp, are here.
void meet(Meeting meeting);

/// Lays `bytes` (at most 32) of this lane out for the others and meets them. @returns 32 slots of 32 bytes, valid until
/// the lane's next exchange
const std::byte* exchange(Meeting meeting, const void* mine, std::size_t bytes);

/// The running thread's place in its warp.
int lane();

}  // namespace llmops::cuda_on_host

// As the kernels know them; set for the thread that runs.
inline uint3 threadIdx, blockIdx;
inline dim3 blockDim, gridDim;
