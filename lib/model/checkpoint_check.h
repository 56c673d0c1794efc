// Whether a checkpoint has the tensors that its configuration calls for.
#pragma once

#include "model/checkpoint.h"
#include "model/weight_layout.h"

namespace llmops::model {

/// A weight by its usual name, also in checkpoints of the bare decoder, whose names lack the base ("transformer.").
/// @throws InputError  when it is missing, or has another shape than `expected`
const TensorView& find_weight(const Checkpoint& weights, const ModelConfig& config, const ExpectedTensor& expected);

/// @throws InputError  naming the first tensor that is missing or has another shape
void check_checkpoint(const ModelConfig& config, const Checkpoint& weights);

}  // namespace llmops::model
