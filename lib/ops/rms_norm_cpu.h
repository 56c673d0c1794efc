// RMSNorm over rows in memory. The caller has checked shapes (rms_norm.cc).
#pragma once

#include <cstdint>

namespace llmops::ops {

/// @param x      (rows, cols) row-major
/// @param gamma  (cols)
/// @param y      (rows, cols), written
/// @param rstd   (rows), written: 1 / sqrt(mean(x^2) + epsilon)
void rms_norm_forward(const float* x, const float* gamma, float* y, float* rstd, std::int64_t rows, std::int64_t cols,
                      float epsilon);

/// @param dy  (rows, cols) @param dx  (rows, cols), written
void rms_norm_backward(const float* dy, const float* x, const float* gamma, const float* rstd, float* dx,
                       std::int64_t rows, std::int64_t cols);

}  // namespace llmops::ops
