// Gradient checkpointing: trade a second forward pass for the memory of activations.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <vector>

namespace llmops::model {

/// forward(x), keeping only x; the backward pass runs `forward` again, with the same random numbers, and gives
/// gradients to x and `parameters`. Chen et al., 2016, "Training Deep Nets with Sublinear Memory Cost".
///
/// @param forward  called once now and once per backward pass; captures what outlives it
at::Tensor recompute(const at::Tensor& x, const std::vector<at::Tensor>& parameters,
                     std::function<at::Tensor(const at::Tensor&)> forward);

}  // namespace llmops::model
