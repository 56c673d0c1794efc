// Position biases of attention scores (ALiBi). Free of libtorch.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model_config.h"

namespace llmops::model {

/// What each head adds to its scaled scores of the key at position t, (H, positions). Press et al., 2021, "Train Short,
/// Test Long" (ALiBi), in the form of BLOOM and Falcon: the bias grows with the key's position, which softmax cannot
/// tell from falling with its distance.
std::vector<float> alibi_biases(const ModelConfig& config, std::int64_t positions);

}  // namespace llmops::model
