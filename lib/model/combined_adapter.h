// Several adapters as one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/lora_weights.h"

namespace llmops::model {

struct WeightedAdapter {
  LoraAdapter adapter;
  std::string name;  ///< for errors
  double weight = 1;
};

/// The adapter that adds what all of them add, each times its weight. Their ranks stand side by side, so nothing is
/// lost: PEFT's add_weighted_adapter() with "cat". Its scale is 1.
/// @param parts  at least one, of `base`
/// @throws InputError  for one with DoRA or with whole modules: those replace, and cannot be added
LoraAdapter combined_adapter(const std::vector<WeightedAdapter>& parts, const ModelConfig& base);

/// Writes adapter_config.json and adapter_model.safetensors into a folder that exists. Low-rank weights only.
void write_adapter(const LoraAdapter& adapter, const ModelConfig& base, const std::filesystem::path& directory);

}  // namespace llmops::model
