// Which tensors a configuration calls for: names, shapes and what each is for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/model_config.h"
#include "model/weight_part.h"

namespace llmops::model {

struct ExpectedTensor {
  std::string name;                 ///< Hugging Face's
  std::vector<std::int64_t> shape;  ///< as stored; (out, in) for linear layers unless `transposed`
  Part part = Part::kEmbedding;
  int layer = -1;
  int expert = -1;
  bool bias = false;
  bool transposed = false;  ///< stored as (in, out)
};

/// Every weight of the model, layer by layer; the head only where it is not tied to the embedding.
std::vector<ExpectedTensor> expected_tensors(const ModelConfig& config);

/// Whether a layer has a part at all; for norms, also those without weights. @param layer  -1 for the model's own parts
bool has_part(const ModelConfig& config, Part part, int layer);

/// "model.layers.3.self_attn.q_proj"; "" for a part that the family does not have.
std::string part_path(const ModelConfig& config, Part part, int layer, int expert = -1);

/// "(49152, 576)"
std::string shape_text(const std::vector<std::int64_t>& shape);

}  // namespace llmops::model
