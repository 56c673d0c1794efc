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
  std::vector<at::Tensor> kept;  // while they are written
  for (const auto& [name, tensor] : tensors) {
    const at::Tensor& here = kept.emplace_back(tensor.detach().cpu());
    const std::span bytes(static_cast<const std::byte*>(here.const_data_ptr()), here.nbytes());
    writable.push_back({name, stored_type(here), here.sizes().vec(), bytes});
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
    const at::Tensor here = tensor.is_cpu() ? tensor : at::empty(tensor.sizes(), tensor.options().device(at::kCPU));
    std::memcpy(here.mutable_data_ptr(), view.bytes.data(), here.nbytes());
    if (!tensor.is_cpu()) tensor.detach().copy_(here);
  }
}

}  // namespace llmops::train
