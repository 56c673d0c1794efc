// Writing safetensors: one file, or shards with model.safetensors.index.json. checkpoint.h reads them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "model/checkpoint.h"
#include "model/tensor_to_write.h"

namespace llmops::model {

/// A tensor to write; `bytes` must outlive the call.
struct TensorToWrite {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;
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
