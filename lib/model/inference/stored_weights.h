// A model's weights as they lie in its files.
#pragma once

#include <filesystem>
#include <variant>
#include <vector>

#include "model/checkpoint.h"
#include "model/gguf.h"
#include "model/weight_layout.h"

namespace llmops::model {

/// A matrix (out, in), row by row.
struct StoredRows {
  TensorView view;  ///< (out, in), or (in, out) where `transposed`
  bool transposed = false;
  bool mapped = false;             ///< straight from a file, which can be read again
  std::vector<std::size_t> order;  ///< row i is row order[i] of the view; empty: all as they are

  std::int64_t rows() const { return view.shape[transposed ? 1 : 0]; }
  std::int64_t cols() const { return view.shape[transposed ? 0 : 1]; }
  std::size_t row(std::int64_t index) const {
    const auto i = static_cast<std::size_t>(index);
    return order.empty() ? i : order[i];
  }
};

class StoredWeights {
 public:
  /// @param path  Hugging Face folder or GGUF file
  /// @throws NotFoundError, InputError  for files that are missing or malformed
  explicit StoredWeights(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const ModelConfig& config() const { return config_; }
  /// As the files have them.
  const std::vector<TensorView>& tensors() const;
  /// The file, for what else it holds; null for a folder.
  const Gguf* gguf() const { return std::get_if<Gguf>(&file_); }
  /// @throws InputError  naming the tensor that is missing or has the wrong shape
  StoredRows rows(const ExpectedTensor& tensor) const;
  std::vector<float> values(const ExpectedTensor& tensor) const;  ///< of a norm or a bias

 private:
  std::filesystem::path path_;
  std::variant<Checkpoint, Gguf> file_;
  ModelConfig config_;
};

}  // namespace llmops::model
