// One block a row. The row is read twice; at the sizes of a hidden state the second read comes from the cache, which
// beats holding it in registers for rows of any length.
#include "cuda/rms_norm.h"

#include <algorithm>

#include "cuda/half_math.h"
#include "cuda/reductions.h"

namespace llmops::cuda {
namespace {

template <typename Number>
__global__ void rms_norm_kernel(const Number* x, const float* gamma, Number* y, std::int64_t cols, float epsilon) {
  __shared__ float scratch[kWarp];
  const Number* row_in = x + blockIdx.x * cols;
  Number* row_out = y + blockIdx.x * cols;
  float sum = 0;
  for (std::int64_t c = threadIdx.x; c < cols; c += blockDim.x) {
    const float value = to_float(row_in[c]);
    sum += value * value;
  }
  sum = block_reduce(sum, 0.0f, scratch, [](float a, float b) { return a + b; });
  const float scale = rsqrtf(sum / static_cast<float>(cols) + epsilon);
  for (std::int64_t c = threadIdx.x; c < cols; c += blockDim.x) {
    row_out[c] = from_float<Number>(gamma[c] * to_float(row_in[c]) * scale);
  }
}

template <typename Number>
void rms_norm_of(const Number* x, const float* gamma, Number* y, std::int64_t rows, std::int64_t cols, float epsilon,
                 Stream stream) {
  if (rows == 0) return;
  const auto warps = std::clamp<std::int64_t>((cols + kWarp - 1) / kWarp, 1, kMaxThreads / kWarp);
  const LaunchShape shape{dim3(static_cast<unsigned>(rows)), dim3(static_cast<unsigned>(warps * kWarp))};
  launch("rms_norm", rms_norm_kernel<Number>, shape, stream, x, gamma, y, cols, epsilon);
}

}  // namespace

void rms_norm(const float* x, const float* gamma, float* y, std::int64_t rows, std::int64_t cols, float epsilon,
              Stream stream) {
  rms_norm_of(x, gamma, y, rows, cols, epsilon, stream);
}

void rms_norm(HalfFormat format, const HalfBits* x, const float* gamma, HalfBits* y, std::int64_t rows,
              std::int64_t cols, float epsilon, Stream stream) {
  with_half(format, [&](auto zero) {
    using Half = decltype(zero);
    rms_norm_of(reinterpret_cast<const Half*>(x), gamma, reinterpret_cast<Half*>(y), rows, cols, epsilon, stream);
  });
}

}  // namespace llmops::cuda
