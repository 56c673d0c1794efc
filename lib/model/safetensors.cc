#include "model/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/spelling.h"
#include "model/safetensors_header.h"

namespace llmops::model {

struct Safetensors::State {
  std::filesystem::path path;
  std::vector<MappedFile> maps;
  std::vector<TensorView> tensors;
  std::unordered_map<std::string, std::size_t> by_name;
  std::map<std::string, std::string> metadata;

  void add_file(const std::filesystem::path& file) {
    maps.emplace_back(file);
    SafetensorsHeader header = parse_safetensors_header(maps.back().bytes(), file.string());
    metadata.merge(header.metadata);
    for (TensorView& view : header.tensors) {
      if (!by_name.emplace(view.name, tensors.size()).second) {
        throw InputError(fmt::format("{}: tensor '{}' is also in another shard", file.string(), view.name));
      }
      tensors.push_back(std::move(view));
    }
  }
};

namespace {

/// Shards of an index, each once, in order. Their names come from a file we do not trust: plain names only.
std::vector<std::string> shard_names(const Json& weight_map, const std::string& origin) {
  std::vector<std::string> shards;
  for (const auto& [tensor, shard] : weight_map.items()) {
    const std::string name = shard.is_string() ? shard.get<std::string>() : "";
    if (name.empty() || name.find('/') != std::string::npos || name.find('\0') != std::string::npos || name == "." ||
        name == "..") {
      throw InputError(fmt::format("{}: tensor '{}' lies in {}, expected the name of a file beside the index", origin,
                                   tensor, dump_json(shard)));
    }
    shards.push_back(name);
  }
  std::sort(shards.begin(), shards.end());
  shards.erase(std::unique(shards.begin(), shards.end()), shards.end());
  return shards;
}

[[noreturn]] void throw_no_weights(const std::filesystem::path& folder) {
  const bool pickled = fs::exists(folder / "pytorch_model.bin") || fs::exists(folder / "pytorch_model.bin.index.json");
  throw NotFoundError(fmt::format("'{}' has no safetensors weights", folder.string()),
                      pickled
                          ? "pickled weights are never loaded: convert them to safetensors first"
                          : "expected model.safetensors, model.safetensors.index.json or adapter_model.safetensors");
}

}  // namespace

Safetensors Safetensors::open(const std::filesystem::path& path) {
  auto state = std::make_shared<State>();
  state->path = path;
  const std::filesystem::path index = path / "model.safetensors.index.json";
  if (!fs::is_directory(path)) {
    state->add_file(path);
  } else if (fs::exists(path / "model.safetensors")) {
    state->add_file(path / "model.safetensors");
  } else if (fs::exists(index)) {
    const auto weight_map = json_get<Json>(read_json_file(index), "weight_map", index.string());
    if (!weight_map.is_object()) throw_json_type("weight_map", weight_map, index.string());
    for (const std::string& shard : shard_names(weight_map, index.string())) state->add_file(path / shard);
    for (const auto& [tensor, shard] : weight_map.items()) {
      if (!state->by_name.contains(tensor)) {
        throw InputError(
            fmt::format("{}: tensor '{}' is not in '{}'", index.string(), tensor, shard.get<std::string>()));
      }
    }
  } else if (fs::exists(path / "adapter_model.safetensors")) {
    state->add_file(path / "adapter_model.safetensors");
  } else {
    throw_no_weights(path);
  }
  Safetensors file;
  file.state_ = std::move(state);
  return file;
}

const std::vector<TensorView>& Safetensors::tensors() const { return state_->tensors; }
const std::map<std::string, std::string>& Safetensors::metadata() const { return state_->metadata; }
const std::filesystem::path& Safetensors::path() const { return state_->path; }

const TensorView* Safetensors::find(const std::string& name) const {
  const auto found = state_->by_name.find(name);
  return found == state_->by_name.end() ? nullptr : &state_->tensors[found->second];
}

const TensorView& Safetensors::get(const std::string& name) const {
  if (const TensorView* view = find(name)) return *view;
  std::vector<std::string> known;
  for (const TensorView& view : tensors()) known.push_back(view.name);
  throw InputError(fmt::format("{}: tensor '{}' is missing", path().string(), name), did_you_mean(name, known));
}

}  // namespace llmops::model
