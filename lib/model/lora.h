// PEFT adapters: on a decoder, and as files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/decoder.h"

namespace llmops::model {

/// adapter_config.json, under PEFT's own names.
struct LoraConfig {
  std::string base_model_name_or_path;
  int r = 16;
  double lora_alpha = 32;
  double lora_dropout = 0;
  bool use_rslora = false;
  std::vector<std::string> target_modules;  ///< "q_proj", ...; PEFT's suffix matching
};

/// Adds fresh adapters: A kaiming-uniform(sqrt 5) from `seed`, B zero, float32, requiring gradients.
/// @throws InputError  for a target that names no layer, with near names
void attach_lora(Decoder& decoder, const LoraConfig& config, std::uint64_t seed);

/// Reads adapter_config.json and adapter_model.safetensors onto `decoder`.
/// @throws InputError  wrong shapes, layers the base has not, kinds of adapter that are not supported
LoraConfig load_lora(Decoder& decoder, const std::filesystem::path& directory);

/// "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight" -> tensor, sorted by name.
std::vector<std::pair<std::string, at::Tensor>> lora_tensors(Decoder& decoder);

/// Writes both files so that peft's PeftModel.from_pretrained reads them.
void save_lora(Decoder& decoder, const LoraConfig& config, const std::filesystem::path& directory);

/// Adds every adapter to its weight in float32 and removes it.
void merge_lora(Decoder& decoder);

}  // namespace llmops::model
