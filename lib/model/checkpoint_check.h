// Which tensors a configuration calls for, and whether a checkpoint has them.
#pragma once

#include "model/model_config.h"
#include "model/safetensors.h"

namespace llmops::model {

struct ExpectedTensor {
  std::string name;                 ///< Hugging Face's
  std::vector<std::int64_t> shape;  ///< (out, in) for linear layers
};

/// Every weight of the model, layer by layer; the head only where it is not tied to the embedding.
std::vector<ExpectedTensor> expected_tensors(const ModelConfig& config);

/// @throws InputError  naming the first tensor that is missing or has another shape
void check_checkpoint(const ModelConfig& config, const Safetensors& weights);

/// "(49152, 576)"
std::string shape_text(const std::vector<std::int64_t>& shape);

}  // namespace llmops::model
