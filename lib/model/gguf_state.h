// What an open GGUF file holds; shared by its reader and its accessors.
#pragma once

#include <unordered_map>

#include "core/files.h"
#include "model/gguf.h"

namespace llmops::model {

struct Gguf::State {
  explicit State(const std::filesystem::path& path) : file(path) {}

  void set_keys(std::vector<GgufKey> list);
  /// @throws InputError  for a name that is there already
  void add_tensor(TensorView view);

  MappedFile file;
  std::vector<GgufKey> keys;
  std::unordered_map<std::string, std::size_t> key_by_name;
  std::vector<TensorView> tensors;
  std::unordered_map<std::string, std::size_t> tensor_by_name;
};

}  // namespace llmops::model
