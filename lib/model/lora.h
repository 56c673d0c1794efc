// PEFT adapters: on a decoder, and as files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/decoder.h"
#include "model/lora_config.h"

namespace llmops::model {

/// Adds fresh adapters to the layers that LoraTargets chooses: A kaiming-uniform(sqrt 5), or normal with deviation
/// 1 / r where `init_lora_weights` is "gaussian", from `seed`; B zero; float32, requiring gradients. What
/// `modules_to_save` names is copied, to be trained whole, and gets no adapter.
/// @throws InputError  for a name that fits nothing, with near names
void attach_lora(Decoder& decoder, const LoraConfig& config, std::uint64_t seed);

/// Reads adapter_config.json and adapter_model.safetensors (or .bin) onto `decoder`.
/// @throws InputError  wrong shapes, layers the base has not, kinds of adapter that are not supported
LoraConfig load_lora(Decoder& decoder, const std::filesystem::path& directory);

/// Reads weights only, into an adapter that is on `decoder` already: a checkpoint's, to go on from.
/// @throws InputError  missing weights, or wrong shapes
void restore_lora(Decoder& decoder, const std::filesystem::path& directory);

/// "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight" -> tensor, sorted by name: what is trained. A
/// tensor that stands in two places (an embedding that is the head) is there once.
std::vector<std::pair<std::string, at::Tensor>> lora_tensors(Decoder& decoder);

/// Writes both files so that peft's PeftModel.from_pretrained reads them.
void save_lora(Decoder& decoder, const LoraConfig& config, const std::filesystem::path& directory);

}  // namespace llmops::model
