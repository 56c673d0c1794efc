// An encoder's weights in a checkpoint, under whichever of their names it has them.
#pragma once

#include "model/checkpoint.h"
#include "model/encoder_config.h"

namespace llmops::model {

/// Finds encoder_tensors() in `weights`: with or without the family's prefix, and with the names that LayerNorm's
/// weights had in TensorFlow ("gamma", "beta").
/// @returns views in the order of encoder_tensors()
/// @throws InputError  naming the first tensor that is missing or has another shape
std::vector<TensorView> find_encoder_weights(const EncoderConfig& config, const Checkpoint& weights);

}  // namespace llmops::model
