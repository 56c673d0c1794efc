// PEFT adapters: on a decoder, and as files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/decoder.h"
#include "model/lora_config.h"

namespace llmops::model {

/// Adds fresh adapters: A kaiming-uniform(sqrt 5) from `seed`, B zero, float32, requiring gradients.
/// @throws InputError  for a target that names no layer, with near names
void attach_lora(Decoder& decoder, const LoraConfig& config, std::uint64_t seed);

/// Reads adapter_config.json and adapter_model.safetensors (or .bin) onto `decoder`.
/// @throws InputError  wrong shapes, layers the base has not, kinds of adapter that are not supported
LoraConfig load_lora(Decoder& decoder, const std::filesystem::path& directory);

/// "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight" -> tensor, sorted by name.
std::vector<std::pair<std::string, at::Tensor>> lora_tensors(Decoder& decoder);

/// Layers that `targets` name, by PEFT's suffix matching; every linear layer but the head where it is empty.
/// @throws InputError  for a target that names no layer, with near names
std::vector<std::string> lora_layers(Decoder& decoder, const std::vector<std::string>& targets);

/// Writes both files so that peft's PeftModel.from_pretrained reads them.
void save_lora(Decoder& decoder, const LoraConfig& config, const std::filesystem::path& directory);

/// Adds every adapter to its weight in float32 and removes it.
void merge_lora(Decoder& decoder);

}  // namespace llmops::model
