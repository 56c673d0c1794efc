// One block a row. The row is read twice; at the sizes of a hidden state the second read comes from the cache, which
// beats holding it in registers for rows of any length.
#include "cuda/rms_norm.h"

#include <algorithm>

namespace llmops::cuda {
namespace {

constexpr int kWarp = 32;
constexpr int kMaxThreads = 1024;

__device__ float warp_sum(float value) {
  for (int offset = kWarp / 2; offset > 0; offset /= 2) value += __shfl_xor_sync(0xffffffffu, value, offset);
  return value;
}

/// The sum over the block, in every thread.
__device__ float block_sum(float value) {
  __shared__ float partial[kMaxThreads / kWarp];
  value = warp_sum(value);
  if (threadIdx.x % kWarp == 0) partial[threadIdx.x / kWarp] = value;
  __syncthreads();
  const int warps = blockDim.x / kWarp;
  return warp_sum(threadIdx.x % kWarp < warps ? partial[threadIdx.x % kWarp] : 0.0f);
}

__global__ void rms_norm_kernel(const float* x, const float* gamma, float* y, std::int64_t cols, float epsilon) {
  const float* row_in = x + blockIdx.x * cols;
  float* row_out = y + blockIdx.x * cols;
  float sum = 0;
  for (std::int64_t c = threadIdx.x; c < cols; c += blockDim.x) sum += row_in[c] * row_in[c];
  const float scale = rsqrtf(block_sum(sum) / static_cast<float>(cols) + epsilon);
  for (std::int64_t c = threadIdx.x; c < cols; c += blockDim.x) row_out[c] = gamma[c] * row_in[c] * scale;
}

}  // namespace

void rms_norm(const float* x, const float* gamma, float* y, std::int64_t rows, std::int64_t cols, float epsilon,
              Stream stream) {
  if (rows == 0) return;
  const auto warps = std::clamp<std::int64_t>((cols + kWarp - 1) / kWarp, 1, kMaxThreads / kWarp);
  rms_norm_kernel<<<static_cast<unsigned>(rows), static_cast<unsigned>(warps * kWarp), 0, stream>>>(x, gamma, y, cols,
                                                                                                    epsilon);
  check_launch("rms_norm");
}

}  // namespace llmops::cuda
