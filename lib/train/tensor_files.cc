// Writes and reads named tensors.
#include "train/tensor_files.h"

#include <fmt/format.h>

#include <cstring>

#include "core/error.h"
#include "core/files.h"
#include "model/safetensors.h"

namespace llmops::train {
namespace {

/// Of a float32 or uint8 tensor.
model::DType stored_type(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kByte ? model::DType::kU8 : model::DType::kF32;
}

}  // namespace

void write_tensors(const fs::path& directory, const std::string& stem, const NamedTensors& tensors) {
  std::vector<model::TensorToWrite> writable;
  for (const auto& [name, tensor] : tensors) {
    const std::span bytes(static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes());
    writable.push_back({name, stored_type(tensor), tensor.sizes().vec(), bytes});
  }
  model::write_safetensors(directory, stem, writable);
}

void read_tensors(const fs::path& path, const NamedTensors& tensors) {
  const auto file = model::Checkpoint::open(path);
  for (const auto& [name, tensor] : tensors) {
    const model::TensorView& view = file.get(name);
    if (view.shape != tensor.sizes().vec() || view.dtype != stored_type(tensor)) {
      throw InputError(fmt::format("{}: '{}' has another shape or type than this run's", file.path().string(), name));
    }
    std::memcpy(tensor.mutable_data_ptr(), view.bytes.data(), tensor.nbytes());
  }
}

}  // namespace llmops::train
