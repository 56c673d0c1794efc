// A model's weights, one at a time in float32, whatever files they lie in.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "model/tensor_file.h"
#include "model/weight_layout.h"

namespace llmops::quant {

struct WeightSource {
  model::ModelConfig config;
  model::DType stored;      ///< of the first matrix
  std::uint64_t bytes = 0;  ///< of all tensors as they lie in the files
  /// The values as Hugging Face stores them. @throws InputError  when missing or of another shape
  std::function<std::vector<float>(const model::ExpectedTensor&)> read;
};

/// @param path  Hugging Face folder (safetensors or torch.save's files) or GGUF file; stays open as long as the source
WeightSource open_weights(const std::filesystem::path& path);

/// A folder's model with an adapter, merged in float32.
/// @throws InputError  for an adapter that was made for another model
WeightSource open_merged_weights(const std::filesystem::path& model_dir, const std::filesystem::path& adapter);

}  // namespace llmops::quant
