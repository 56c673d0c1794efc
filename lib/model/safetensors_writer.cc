// Writing safetensors: header first, then the bytes, wide types before narrow ones so that every tensor is aligned.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "model/safetensors.h"

namespace llmops::model {
namespace {

using Lazy = LazyTensorToWrite;

Json header_json(const std::vector<const Lazy*>& tensors, const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t offset = 0;
  for (const Lazy* tensor : tensors) {
    const std::uint64_t end = offset + bytes_of(*tensor);
    header[tensor->name] = {
        {"dtype", dtype_name(tensor->dtype)}, {"shape", tensor->shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  return header;
}

void write_file(const fs::path& path, const std::vector<const Lazy*>& tensors,
                const std::map<std::string, std::string>& metadata) {
  constexpr std::size_t kAlignment = 8;
  std::string header = dump_json(header_json(tensors, metadata));
  header.append((kAlignment - header.size() % kAlignment) % kAlignment, ' ');
  const std::uint64_t length = header.size();
  AtomicFile file(path);
  file.write(std::string_view(reinterpret_cast<const char*>(&length), sizeof length));
  file.write(header);
  for (const Lazy* tensor : tensors) {
    const std::vector<std::byte> bytes = checked_bytes(*tensor);
    file.write(std::span<const std::byte>(bytes));
  }
  file.commit();
}

/// In the order of the file: by width, then by name.
std::vector<const Lazy*> ordered(const std::vector<Lazy>& tensors) {
  std::vector<const Lazy*> order;
  std::set<std::string> names;
  for (const Lazy& tensor : tensors) {
    if (!names.insert(tensor.name).second) throw InputError(fmt::format("tensor '{}' is given twice", tensor.name));
    if (block_elements(tensor.dtype) != 1) {
      throw InputError(
          fmt::format("tensor '{}' is {}, which safetensors does not have", tensor.name, dtype_name(tensor.dtype)));
    }
    order.push_back(&tensor);
  }
  std::sort(order.begin(), order.end(), [](const Lazy* a, const Lazy* b) {
    const int width_a = block_bytes(a->dtype);
    const int width_b = block_bytes(b->dtype);
    return width_a != width_b ? width_a > width_b : a->name < b->name;
  });
  return order;
}

}  // namespace

void write_safetensors(const std::filesystem::path& directory, const std::string& stem,
                       const std::vector<Lazy>& tensors, const std::map<std::string, std::string>& metadata,
                       std::uint64_t max_shard_bytes) {
  std::vector<std::vector<const Lazy*>> shards(1);
  std::uint64_t total = 0;
  std::uint64_t shard_bytes = 0;
  for (const Lazy* tensor : ordered(tensors)) {
    const std::uint64_t bytes = bytes_of(*tensor);
    if (!shards.back().empty() && shard_bytes + bytes > max_shard_bytes) {
      shards.emplace_back();
      shard_bytes = 0;
    }
    shards.back().push_back(tensor);
    shard_bytes += bytes;
    total += bytes;
  }
  if (shards.size() == 1) return write_file(directory / (stem + ".safetensors"), shards[0], metadata);
  Json weight_map = Json::object();
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const std::string name = fmt::format("{}-{:05}-of-{:05}.safetensors", stem, i + 1, shards.size());
    write_file(directory / name, shards[i], metadata);
    for (const Lazy* tensor : shards[i]) weight_map[tensor->name] = name;
  }
  const Json index = {{"metadata", {{"total_size", total}}}, {"weight_map", weight_map}};
  write_file_atomic(directory / (stem + ".safetensors.index.json"), dump_json_pretty(index));
}

void write_safetensors(const std::filesystem::path& directory, const std::string& stem,
                       const std::vector<TensorToWrite>& tensors, const std::map<std::string, std::string>& metadata,
                       std::uint64_t max_shard_bytes) {
  std::vector<Lazy> lazy;
  for (const TensorToWrite& tensor : tensors) {
    lazy.push_back({tensor.name, tensor.dtype, tensor.shape,
                    [bytes = tensor.bytes] { return std::vector<std::byte>(bytes.begin(), bytes.end()); }});
  }
  write_safetensors(directory, stem, lazy, metadata, max_shard_bytes);
}

}  // namespace llmops::model
