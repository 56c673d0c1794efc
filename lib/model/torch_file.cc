// The tensors of a file that torch.save wrote: a pickle that describes them, and their storages.
#include <fmt/format.h>

#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include "core/error.h"
#include "model/pickle_names.h"
#include "model/strided_view.h"
#include "model/tensor_store.h"
#include "model/torch_storages.h"

namespace llmops::model {
namespace {

using Kind = PickleValue::Kind;

constexpr int kMaxWraps = 4;  ///< a parameter in a parameter, a state dict in a state dict

std::vector<std::int64_t> integers(const Pickle& pickle, const PickleValue& list) {
  constexpr std::size_t kMaxDimensions = 16;
  if (list.items.size() > kMaxDimensions) pickle.fail(list, "a tensor of more than 16 dimensions");
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < list.items.size(); ++i) values.push_back(pickle.item(list, i, Kind::kInteger).integer);
  return values;
}

/// A tuple, or torch.Size of one.
const PickleValue& shape_of(const Pickle& pickle, const PickleValue& arguments, std::size_t index) {
  if (index >= arguments.items.size()) pickle.fail(arguments, "a tensor without a shape");
  const PickleValue& value = pickle.at(arguments.items[index]);
  if (value.kind != Kind::kCall) return pickle.item(arguments, index, Kind::kSequence);
  return pickle.item(pickle.item(value, 1, Kind::kSequence), 0, Kind::kSequence);
}

class StateDict {
 public:
  StateDict(TensorStore& store, const Pickle& pickle, const TorchStorages& storages, std::uint64_t file_bytes)
      : store_(store), pickle_(pickle), storages_(storages), strided_(store, file_bytes) {}

  void read() {
    const PickleValue* dict = &pickle_.root();
    if (dict->kind != Kind::kDict) pickle_.fail(*dict, "not a dictionary of tensors");
    // A checkpoint of a training framework holds the weights beside its own state.
    for (int wraps = 0; wraps < kMaxWraps && !has_tensor(*dict); ++wraps) {
      const PickleValue* inner = wrapped(*dict);
      if (inner == nullptr) break;
      dict = inner;
    }
    for (std::size_t i = 0; i + 1 < dict->items.size(); i += 2) add(*dict, i);
  }

 private:
  const PickleValue* tensor_call(const PickleValue& value) const {
    const PickleValue* call = &value;
    for (int wraps = 0; wraps < kMaxWraps && call->kind == Kind::kCall; ++wraps) {
      const PickleName name = pickle_.item(*call, 0, Kind::kName).name;
      if (name == PickleName::kRebuildTensor || name == PickleName::kRebuildTensorV2) return call;
      if (name != PickleName::kRebuildParameter) return nullptr;
      call = &pickle_.item(pickle_.item(*call, 1, Kind::kSequence), 0, Kind::kCall);
    }
    return nullptr;
  }

  bool has_tensor(const PickleValue& dict) const {
    for (std::size_t i = 1; i < dict.items.size(); i += 2) {
      if (tensor_call(pickle_.at(dict.items[i])) != nullptr) return true;
    }
    return false;
  }

  const PickleValue* wrapped(const PickleValue& dict) const {
    for (const std::string_view key : {"state_dict", "model_state_dict", "model", "module"}) {
      for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
        const PickleValue &name = pickle_.at(dict.items[i]), &value = pickle_.at(dict.items[i + 1]);
        if (name.kind == Kind::kText && name.text == key && value.kind == Kind::kDict) return &value;
      }
    }
    return nullptr;
  }

  void add(const PickleValue& dict, std::size_t index) {
    const PickleValue* call = tensor_call(pickle_.at(dict.items[index + 1]));
    if (call == nullptr) return;  // a step count, a string: no weight
    const std::string name(pickle_.item(dict, index, Kind::kText).text);
    if (name.empty() || !names_.insert(name).second) pickle_.fail(*call, fmt::format("tensor '{}' stands twice", name));
    const PickleValue& arguments = pickle_.item(*call, 1, Kind::kSequence);
    const PickleValue& persistent = pickle_.item(arguments, 0, Kind::kPersistent);
    const TorchStorage storage = storages_.find(persistent);
    store_.tensors.push_back(strided_.view(
        name, storage.dtype, storage.bytes, pickle_.item(arguments, 1, Kind::kInteger).integer,
        integers(pickle_, shape_of(pickle_, arguments, 2)), integers(pickle_, shape_of(pickle_, arguments, 3)),
        fmt::format("{}: tensor '{}'", pickle_.origin(), name)));
  }

  TensorStore& store_;
  const Pickle& pickle_;
  const TorchStorages& storages_;
  StridedReader strided_;
  std::unordered_set<std::string> names_;
};

}  // namespace

TensorStore read_torch_file(const fs::path& path) {
  TensorStore store{"pytorch", {}, {}, {}};
  const TorchStorages storages(path, store);
  StateDict(store, storages.pickle(), storages, fs::file_size(path)).read();
  return store;
}

}  // namespace llmops::model
