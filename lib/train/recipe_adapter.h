// A recipe's adapter as PEFT's configuration.
#pragma once

#include "config/yaml_reader.h"
#include "model/lora_config.h"
#include "train/recipe.h"

namespace llmops::train {

/// Reads `lora_target_modules`, a list or a pattern, and the keys that a recipe shares with adapter_config.json:
/// use_dora, lora_bias, exclude_modules, layers_to_transform, layers_pattern, rank_pattern, alpha_pattern,
/// init_lora_weights, and modules_to_save as lora_modules_to_save. Problems are noted in `root`.
void read_peft_options(config::YamlObject& root, FinetuneRecipe& recipe);

/// Reads load_in_4bit and load_in_8bit, once `recipe.adapter` is known: "qlora" has a base of 4 bits.
void read_base_format(config::YamlObject& root, FinetuneRecipe& recipe);

/// What adapter_config.json is to say of a fresh adapter. @throws InputError  as parse_lora_config()
model::LoraConfig lora_config(const FinetuneRecipe& recipe);

}  // namespace llmops::train
