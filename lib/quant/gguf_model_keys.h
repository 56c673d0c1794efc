// A model configuration as GGUF metadata.
#pragma once

#include <string>
#include <vector>

#include "model/gguf.h"
#include "model/model_config.h"

namespace llmops::quant {

/// llama.cpp's name for the architecture: "llama" (Mistral too), "qwen2", "qwen3".
/// @throws InputError  for one it does not have under these
std::string gguf_architecture(const model::ModelConfig& config);

/// general.* and the architecture's own keys.
/// @param name       general.name
/// @param file_type  general.file_type: F32 0, F16 1, Q4_0 2, Q8_0 7, BF16 32
/// @throws InputError  for rotary scalings that GGUF has no keys for
std::vector<model::GgufKey> gguf_model_keys(const model::ModelConfig& config, const std::string& name,
                                            std::uint32_t file_type);

/// Divisors of the rotary frequencies, (D / 2), which llama.cpp reads as tensor "rope_freqs.weight"; empty where the
/// scaling is not Llama 3's.
std::vector<float> gguf_rotary_divisors(const model::ModelConfig& config);

}  // namespace llmops::quant
