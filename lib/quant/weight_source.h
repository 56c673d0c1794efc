// The weights to quantize, one at a time in float32.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "model/model_config.h"

namespace llmops::quant {

struct SourceWeight {
  std::string name;  ///< Hugging Face's
  std::vector<std::int64_t> shape;
  std::function<std::vector<float>()> read;  ///< reads it anew with each call
};

/// The weights of a folder in checkpoint order. Without an adapter they stay on disk until read; with one the model is
/// held in memory, merged in float32.
std::vector<SourceWeight> open_weights(const std::filesystem::path& model_dir, const std::filesystem::path& adapter);

}  // namespace llmops::quant
