// The gated activation of the Llama family.
#pragma once

#include <ATen/ATen.h>

namespace llmops::ops {

/// silu(gate) * up, element by element.
///
/// @param gate, up  of one shape and dtype
/// @returns their shape and dtype; differentiable, keeping only the two inputs for it
/// @throws InputError  when the shapes differ
/// Source: Shazeer, 2020, "GLU Variants Improve Transformer".
at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up);

}  // namespace llmops::ops
