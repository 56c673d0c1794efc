// RMSNorm in float32: two passes over a row that is then still in the first-level cache.
#include "ops/rms_norm_cpu.h"

#include <cmath>

#include "ops/simd_clones.h"

namespace llmops::ops {

LLMOPS_SIMD_CLONES void rms_norm_forward(const float* x, const float* gamma, float* y, float* rstd, std::int64_t rows,
                                         std::int64_t cols, float epsilon) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* in = x + r * cols;
    float* out = y + r * cols;
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (std::int64_t c = 0; c < cols; ++c) squares += in[c] * in[c];
    const float scale = 1 / std::sqrt(squares / static_cast<float>(cols) + epsilon);
    rstd[r] = scale;
#pragma omp simd
    for (std::int64_t c = 0; c < cols; ++c) out[c] = gamma[c] * (in[c] * scale);
  }
}

LLMOPS_SIMD_CLONES void rms_norm_backward(const float* dy, const float* x, const float* gamma, const float* rstd,
                                          float* dx, std::int64_t rows, std::int64_t cols) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* in = x + r * cols;
    const float* grad = dy + r * cols;
    float* out = dx + r * cols;
    float projection = 0;
#pragma omp simd reduction(+ : projection)
    for (std::int64_t c = 0; c < cols; ++c) projection += grad[c] * gamma[c] * in[c];
    const float scale = rstd[r];
    const float along = projection * scale * scale * scale / static_cast<float>(cols);
#pragma omp simd
    for (std::int64_t c = 0; c < cols; ++c) out[c] = grad[c] * gamma[c] * scale - in[c] * along;
  }
}

}  // namespace llmops::ops
