// The weights of a PEFT adapter, read for the layers of a model. Free of libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/lora_config.h"
#include "model/model_config.h"
#include "model/saved_modules.h"

namespace llmops::model {

/// What an adapter can sit on.
struct LinearShape {
  std::int64_t out = 0, in = 0;
};
/// Every linear layer but the head by its Hugging Face path, "model.layers.0.self_attn.q_proj".
std::map<std::string, LinearShape> linear_shapes(const ModelConfig& config);

/// Of one layer: y += scale * (B (A x) + bias). With DoRA (Liu et al., 2024) row i of W + scale * B A is then made as
/// long as magnitude[i].
struct LoraWeights {
  int r = 0;
  double scale = 1;
  std::vector<float> a;          ///< (r, in)
  std::vector<float> b;          ///< (out, r)
  std::vector<float> bias;       ///< (out), or empty
  std::vector<float> magnitude;  ///< (out), or empty
};
struct LoraAdapter {
  LoraConfig config;
  std::map<std::string, LoraWeights> layers;  ///< by the path of the linear layer
  SavedWeights saved;
};

/// Reads adapter_config.json and adapter_model.safetensors (or .bin). One that makes a reward model of its base keeps
/// the head, kScoreWeight.
/// @throws NotFoundError; InputError  wrong shapes, layers the base has not, kinds of adapter that are not supported
LoraAdapter read_lora(const std::filesystem::path& directory, const ModelConfig& base);

enum class LoraPart { kA, kB, kBias, kMagnitude };
inline constexpr LoraPart kLoraParts[] = {LoraPart::kA, LoraPart::kB, LoraPart::kBias, LoraPart::kMagnitude};
/// Whether adapters of this kind have it.
bool has_part(const LoraConfig& config, LoraPart part);
/// "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight".
std::string lora_tensor_name(const std::string& layer, LoraPart part);
/// "base_model.model.lm_head.weight" of "lm_head.weight".
std::string saved_tensor_name(const std::string& weight);

/// @throws InputError  for a bias on a layer that has none to add it to: such an adapter cannot be merged
void check_mergeable(const LoraAdapter& adapter, const ModelConfig& config);

/// Row `row` of W becomes that of W + scale * B A. @param values  (in)
/// @returns what DoRA multiplies the row by, its magnitude over its length; 1 without DoRA
float add_low_rank(const LoraWeights& lora, std::int64_t row, std::span<float> values);

}  // namespace llmops::model
