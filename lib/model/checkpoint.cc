#include "model/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/spelling.h"
#include "model/tensor_store.h"

namespace llmops::model {

struct Checkpoint::State {
  std::filesystem::path path;
  std::vector<std::filesystem::path> files;
  std::vector<TensorStore> stores;  ///< one a file; their tensors are moved to `tensors`
  std::vector<TensorView> tensors;
  std::unordered_map<std::string, std::size_t> by_name;
  std::map<std::string, std::string> metadata;

  void add_file(const std::filesystem::path& file) {
    TensorStore store = read_tensors(file);
    metadata.merge(store.metadata);
    for (TensorView& view : store.tensors) {
      if (!by_name.emplace(view.name, tensors.size()).second) {
        throw InputError(fmt::format("{}: tensor '{}' is also in another shard", file.string(), view.name));
      }
      tensors.push_back(std::move(view));
    }
    stores.push_back(std::move(store));
    files.push_back(file);
  }
};

namespace {

struct Layout {
  const char* file;
  bool is_index;  ///< of shards beside it
};

/// What a folder may hold, the first found is taken: safetensors before pickles.
constexpr Layout kLayouts[] = {
    {"model.safetensors", false},           {"model.safetensors.index.json", true}, {"pytorch_model.bin", false},
    {"pytorch_model.bin.index.json", true}, {"adapter_model.safetensors", false},   {"adapter_model.bin", false},
};

const Layout* find_layout(const fs::path& folder) {
  for (const Layout& layout : kLayouts) {
    if (fs::exists(folder / layout.file)) return &layout;
  }
  return nullptr;
}

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

Json read_weight_map(const fs::path& index) {
  auto weight_map = json_get<Json>(read_json_file(index), "weight_map", index.string());
  if (!weight_map.is_object()) throw_json_type("weight_map", weight_map, index.string());
  return weight_map;
}

bool is_index(const fs::path& path) { return path.filename().string().ends_with(".index.json"); }

}  // namespace

bool has_weights(const std::filesystem::path& folder) { return find_layout(folder) != nullptr; }

Checkpoint Checkpoint::open(const std::filesystem::path& path) {
  auto state = std::make_shared<State>();
  state->path = path;
  fs::path file = path;
  if (fs::is_directory(path)) {
    const Layout* layout = find_layout(path);
    if (layout == nullptr) {
      throw NotFoundError(fmt::format("'{}' has no weights", path.string()),
                          "expected model.safetensors, pytorch_model.bin, an index of either, or an adapter's");
    }
    file = path / layout->file;
  }
  if (is_index(file)) {
    const Json weight_map = read_weight_map(file);
    for (const std::string& shard : shard_names(weight_map, file.string())) state->add_file(file.parent_path() / shard);
    for (const auto& [tensor, shard] : weight_map.items()) {
      if (!state->by_name.contains(tensor)) {
        throw InputError(
            fmt::format("{}: tensor '{}' is not in '{}'", file.string(), tensor, shard.get<std::string>()));
      }
    }
  } else {
    state->add_file(file);
  }
  Checkpoint checkpoint;
  checkpoint.state_ = std::move(state);
  return checkpoint;
}

const std::vector<TensorView>& Checkpoint::tensors() const { return state_->tensors; }
const std::map<std::string, std::string>& Checkpoint::metadata() const { return state_->metadata; }
const std::filesystem::path& Checkpoint::path() const { return state_->path; }
const std::vector<std::filesystem::path>& Checkpoint::files() const { return state_->files; }

const std::string& Checkpoint::format() const {
  static const std::string kNone = "safetensors";  // an index without shards
  return state_->stores.empty() ? kNone : state_->stores.front().format;
}

const TensorView* Checkpoint::find(const std::string& name) const {
  const auto found = state_->by_name.find(name);
  return found == state_->by_name.end() ? nullptr : &state_->tensors[found->second];
}

const TensorView& Checkpoint::get(const std::string& name) const {
  if (const TensorView* view = find(name)) return *view;
  std::vector<std::string> known;
  for (const TensorView& view : tensors()) known.push_back(view.name);
  throw InputError(fmt::format("{}: tensor '{}' is missing", path().string(), name), did_you_mean(name, known));
}

}  // namespace llmops::model
