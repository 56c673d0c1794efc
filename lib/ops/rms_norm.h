// Root mean square normalisation.
#pragma once

#include <ATen/ATen.h>

namespace llmops::ops {

/// y[r, c] = gamma[c] * x[r, c] / sqrt(mean_c(x[r, :]^2) + epsilon), summed in float32.
///
/// @param x        (..., cols), float32 or bfloat16
/// @param gamma    (cols), of x's dtype
/// @param epsilon  inside the root, unitless
/// @returns x's shape and dtype; differentiable in x and gamma, keeping only x and one number a row for it
/// @throws InputError  when gamma does not fit
/// Source: Zhang and Sennrich, 2019, "Root Mean Square Layer Normalization".
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& gamma, double epsilon = 1e-5);

}  // namespace llmops::ops
