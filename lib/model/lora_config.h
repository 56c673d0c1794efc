// adapter_config.json as peft writes it. Free of libtorch.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::model {

/// adapter_config.json, under PEFT's own names.
struct LoraConfig {
  std::string base_model_name_or_path;
  int r = 16;
  double lora_alpha = 32;
  double lora_dropout = 0;
  bool use_rslora = false;
  std::vector<std::string> target_modules;  ///< "q_proj", ...; PEFT's suffix matching

  /// alpha / r, or alpha / sqrt(r) with rsLoRA (Kalajdzievski, 2023).
  double scale() const;
};

/// @throws InputError  naming the key, for kinds of adapter that are not run here (DoRA, biases, ranks by layer, ...)
LoraConfig parse_lora_config(const Json& config, const std::string& origin);
/// @throws NotFoundError  where `directory` holds no adapter_config.json
LoraConfig read_lora_config(const std::filesystem::path& directory);
Json lora_config_json(const LoraConfig& config);

/// Whether `layer` ("model.layers.0.self_attn.q_proj") is meant by `target`: equal, or its last parts.
bool lora_target_matches(const std::string& layer, const std::string& target);

}  // namespace llmops::model
