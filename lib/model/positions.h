// Positions that are not rotary: learned rows, and biases of attention scores.
#pragma once

#include <ATen/ATen.h>

#include <span>

#include "model/model_config.h"
#include "model/segment.h"

namespace llmops::model {

/// Rows of the table of learned positions, (N) int64.
/// @throws InputError  for a sequence that is longer than the table
at::Tensor learned_positions(const ModelConfig& config, std::span<const Segment> segments);

/// alibi.h's biases, (H, T) for the longest of the segments; undefined for models without.
at::Tensor alibi(const ModelConfig& config, std::span<const Segment> segments);

}  // namespace llmops::model
