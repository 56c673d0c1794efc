// Both kinds of file behind one interface.
#include "model/inference/stored_weights.h"

#include "model/checkpoint_check.h"
#include "model/gguf_checkpoint.h"
#include "model/gguf_rows.h"

namespace llmops::model {

StoredWeights::StoredWeights(const std::filesystem::path& path) : path_(path) {
  if (std::filesystem::is_directory(path)) {
    config_ = read_model_config(path);
    file_ = Checkpoint::open(path);
  } else {
    const Gguf gguf = Gguf::open(path);
    config_ = gguf_model_config(gguf);
    file_ = gguf;
  }
}

const std::vector<TensorView>& StoredWeights::tensors() const {
  return std::visit([](const auto& file) -> const std::vector<TensorView>& { return file.tensors(); }, file_);
}

StoredRows StoredWeights::rows(const ExpectedTensor& tensor) const {
  StoredRows rows;
  if (const Gguf* file = gguf()) {
    GgufRows found = find_gguf_rows(*file, config_, tensor);
    rows.view = std::move(found.view);
    rows.order = std::move(found.order);
    rows.mapped = true;
  } else {
    const auto& checkpoint = std::get<Checkpoint>(file_);
    rows.view = find_weight(checkpoint, config_, tensor);
    rows.transposed = tensor.transposed;
    rows.mapped = checkpoint.format() == "safetensors";
  }
  return rows;
}

std::vector<float> StoredWeights::values(const ExpectedTensor& tensor) const {
  if (const auto* checkpoint = std::get_if<Checkpoint>(&file_)) {
    return to_float32(find_weight(*checkpoint, config_, tensor));
  }
  std::size_t count = 1;
  for (const std::int64_t size : tensor.shape) count *= static_cast<std::size_t>(size);
  std::vector<float> values(count);
  read_gguf_tensor(std::get<Gguf>(file_), config_, tensor, values);
  return values;
}

}  // namespace llmops::model
