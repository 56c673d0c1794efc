// The tensors of a model, whatever files they lie in.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/tensor_file.h"

namespace llmops::model {

/// One file, or all shards of a folder. Copies share the maps, so a TensorView lives as long as any copy.
class Checkpoint {
 public:
  /// @param path  a file (safetensors, torch.save's, GGUF, NumPy's), or a folder with model.safetensors,
  ///              pytorch_model.bin, an index of shards of either, or adapter_model.safetensors or .bin, in this order
  /// @throws NotFoundError; InputError  naming file and tensor, key or offset for anything that does not hold
  static Checkpoint open(const std::filesystem::path& path);

  const std::vector<TensorView>& tensors() const;
  const TensorView* find(const std::string& name) const;
  /// @throws InputError  "model.safetensors: tensor 'lm_head.weight' is missing" with near names
  const TensorView& get(const std::string& name) const;
  const std::map<std::string, std::string>& metadata() const;
  const std::filesystem::path& path() const;  ///< as it was opened
  const std::string& format() const;          ///< "safetensors", "pytorch", "gguf" or "numpy"
  const std::vector<std::filesystem::path>& files() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

/// Whether a folder holds weights that Checkpoint::open reads.
bool has_weights(const std::filesystem::path& folder);

}  // namespace llmops::model
