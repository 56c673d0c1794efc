// The tensors of one open file, and what their bytes lie in; what each format's reader gives.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/files.h"
#include "model/tensor_file.h"

namespace llmops::model {

struct TensorStore {
  std::string format;  ///< "safetensors", "pytorch", "gguf" or "numpy"
  std::vector<TensorView> tensors;
  std::map<std::string, std::string> metadata;
  std::vector<std::shared_ptr<const void>> owners;  ///< maps and buffers that the views point into

  /// Keeps `owner` as long as the tensors. @returns it
  template <typename T>
  const T& keep(std::shared_ptr<const T> owner) {
    owners.push_back(owner);
    return *owner;
  }
};

TensorStore read_safetensors(const fs::path& path);
/// torch.save's zip archive or the stream it wrote before 1.6. @throws InputError
TensorStore read_torch_file(const fs::path& path);
/// .npy (one tensor named as the file) or .npz.
TensorStore read_numpy_file(const fs::path& path);
/// Names and layout are llama.cpp's; gguf_checkpoint.h has them as Hugging Face does.
TensorStore read_gguf_tensors(const fs::path& path);

/// Reads whichever of the above the file's first bytes tell.
/// @throws NotFoundError; InputError  naming file and tensor or offset for anything that does not hold
TensorStore read_tensors(const fs::path& path);

}  // namespace llmops::model
