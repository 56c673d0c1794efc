// Positions that are not rotary: learned rows, and biases of attention scores.
#pragma once

#include <ATen/ATen.h>

#include <span>

#include "model/kv_cache.h"

namespace llmops::model {

/// Rows of the table of learned positions, (N) int64.
/// @throws InputError  for a sequence that is longer than the table
at::Tensor learned_positions(const ModelConfig& config, std::span<const Segment> segments);

/// What each head adds to its scores of a key at position t, (H, T) for the longest of the segments; undefined for
/// models without. Press et al., 2021, "Train Short, Test Long" (ALiBi), in the form of BLOOM and Falcon: the bias
/// grows with the key's position, which softmax cannot tell from falling with its distance.
at::Tensor alibi(const ModelConfig& config, std::span<const Segment> segments);

}  // namespace llmops::model
