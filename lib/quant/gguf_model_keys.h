// A model configuration as GGUF metadata.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/gguf.h"
#include "model/model_config.h"

namespace llmops::quant {

/// llama.cpp's name for the architecture: "llama" (Mistral and Mixtral too), "qwen2", "gemma3", ...
/// @throws InputError  for one that GGUF has no name for
std::string gguf_architecture(const model::ModelConfig& config);

/// general.* and the architecture's own keys.
/// @param name       general.name
/// @param file_type  general.file_type: F32 0, F16 1, Q4_0 2, Q8_0 7, BF16 32
/// @throws InputError  for rotary scalings that GGUF has no keys for
std::vector<model::GgufKey> gguf_model_keys(const model::ModelConfig& config, const std::string& name,
                                            std::uint32_t file_type);

/// Divisors of the rotary frequencies, which GGUF keeps as tensors of (R / 2) under these names: Llama 3's scaling and
/// longrope's two; empty for other scalings.
std::vector<std::pair<std::string, std::vector<float>>> gguf_rotary_factors(const model::ModelConfig& config);

}  // namespace llmops::quant
