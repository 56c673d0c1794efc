// Rotation of heads by position.
#pragma once

#include <ATen/ATen.h>

namespace llmops::ops {

/// (a, b) -> (a cos - b sin, b cos + a sin), for the first half a and the second half b of every head, or, with
/// `pairs`, for neighbouring elements a and b. Elements of a head beyond those that the angles are for stay as they
/// are.
///
/// @param x         (N, H, D), float32 or bfloat16
/// @param cos, sin  (N, R / 2) float32, R <= D
/// @returns x's shape and dtype; differentiable in x, keeping only the angles for it
/// @throws InputError  when the angles do not fit
/// Source: Su et al., 2021, "RoFormer"; halves rather than neighbouring pairs, as Hugging Face lays most
/// families' weights out; pairs for GPT-J and Cohere.
at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, bool pairs = false);

}  // namespace llmops::ops
