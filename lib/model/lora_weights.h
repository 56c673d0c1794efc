// The weights of a PEFT adapter, read for the layers of a model. Free of libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/lora_config.h"
#include "model/model_config.h"

namespace llmops::model {

/// What an adapter can sit on.
struct LinearShape {
  std::int64_t out = 0, in = 0;
};
/// Every linear layer but the head by its Hugging Face path, "model.layers.0.self_attn.q_proj".
std::map<std::string, LinearShape> linear_shapes(const ModelConfig& config);

/// Of one layer: y += scale * B (A x).
struct LoraWeights {
  std::vector<float> a;  ///< (r, in)
  std::vector<float> b;  ///< (out, r)
};
struct LoraAdapter {
  LoraConfig config;
  std::map<std::string, LoraWeights> layers;  ///< by the path of the linear layer; at least one
};

/// Reads adapter_config.json and adapter_model.safetensors (or .bin).
/// @throws NotFoundError; InputError  wrong shapes, layers the base has not, kinds of adapter that are not supported
LoraAdapter read_lora(const std::filesystem::path& directory, const std::map<std::string, LinearShape>& layers);

/// "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight". @param factor  'A' or 'B'
std::string lora_tensor_name(const std::string& layer, char factor);

}  // namespace llmops::model
