// What an adapter makes of a model's weights, one at a time.
#pragma once

#include <vector>

#include "model/lora_weights.h"
#include "model/weight_layout.h"

namespace llmops::quant {

/// Adds what the adapter adds to a tensor, in float32. @param values  of the tensor, as it is stored
std::vector<float> merged(const model::LoraAdapter& adapter, const model::ExpectedTensor& tensor,
                          std::vector<float> values);

/// The adapter whose merging takes away what merging `adapter` added.
/// @throws InputError  where that cannot be known from the merged weights: a DoRA adapter, or whole modules
model::LoraAdapter inverse(model::LoraAdapter adapter);

}  // namespace llmops::quant
