// RMSNorm on the GPU.
#pragma once

#include <cstdint>

#include "cuda/device.h"
#include "cuda/half_format.h"

namespace llmops::cuda {

/// y[r, c] = gamma[c] * x[r, c] / sqrt(mean_c(x[r, :]^2) + epsilon), summed in float32.
///
/// @param x        (rows, cols) row-major, device memory
/// @param gamma    (cols), device memory
/// @param y        (rows, cols), device memory; may be x
/// @param rows     tokens of the step, N; 0 is a no-op
/// @param cols     hidden size, C; at least 1
/// @param epsilon  inside the root, unitless
/// Asynchronous on `stream`. The caller has checked shapes.
/// @throws SystemError  if the launch fails
/// Source: Zhang and Sennrich, 2019, "Root Mean Square Layer Normalization".
void rms_norm(const float* x, const float* gamma, float* y, std::int64_t rows, std::int64_t cols, float epsilon,
              Stream stream);

/// Likewise with x and y of 16 bits.
void rms_norm(HalfFormat format, const HalfBits* x, const float* gamma, HalfBits* y, std::int64_t rows,
              std::int64_t cols, float epsilon, Stream stream);

}  // namespace llmops::cuda
