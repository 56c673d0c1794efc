// The safetensors format: one file, or shards with model.safetensors.index.json.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/tensor_file.h"

namespace llmops::model {

/// Mapped shards and the tensors in them. Copies share the maps, so a TensorView lives as long as any copy.
class Safetensors {
 public:
  /// @param path  a .safetensors file, or a folder with model.safetensors, an index, or adapter_model.safetensors
  /// @throws NotFoundError; InputError  naming file and tensor for offsets outside the file, overlaps, wrong sizes, bad
  /// JSON
  static Safetensors open(const std::filesystem::path& path);

  const std::vector<TensorView>& tensors() const;
  const TensorView* find(const std::string& name) const;
  /// @throws InputError  "model.safetensors: tensor 'lm_head.weight' is missing" with near names
  const TensorView& get(const std::string& name) const;
  const std::map<std::string, std::string>& metadata() const;
  const std::filesystem::path& path() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

/// A tensor to write; `bytes` must outlive the call.
struct TensorToWrite {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;
};

/// A tensor whose bytes are made when they are to be written, so that only one is in memory at a time.
struct LazyTensorToWrite {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<std::int64_t> shape;
  std::function<std::vector<std::byte>()> make_bytes;
};

/// Writes one file, or shards of at most `max_shard_bytes` with an index where it does not fit in one. Each file
/// appears whole, the index last. The bytes written depend on the tensors alone, not on their order.
/// @param stem  "model" or "adapter_model"
/// @throws SystemError; InputError  for a name given twice, or bytes that do not fit the shape
void write_safetensors(const std::filesystem::path& directory, const std::string& stem,
                       const std::vector<TensorToWrite>& tensors,
                       const std::map<std::string, std::string>& metadata = {{"format", "pt"}},
                       std::uint64_t max_shard_bytes = std::uint64_t{5'000'000'000});
void write_safetensors(const std::filesystem::path& directory, const std::string& stem,
                       const std::vector<LazyTensorToWrite>& tensors,
                       const std::map<std::string, std::string>& metadata = {{"format", "pt"}},
                       std::uint64_t max_shard_bytes = std::uint64_t{5'000'000'000});

}  // namespace llmops::model
