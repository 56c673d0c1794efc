// Reading adapters in peft's layout.
#include "model/lora_weights.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/spelling.h"
#include "model/checkpoint.h"
#include "model/weight_layout.h"

namespace llmops::model {
namespace {

constexpr std::string_view kPrefix = "base_model.model.";
constexpr std::string_view kA = ".lora_A.weight";
constexpr std::string_view kB = ".lora_B.weight";

std::vector<float> read_factor(const TensorView& view, const std::vector<std::int64_t>& shape,
                               const std::string& origin) {
  if (view.shape != shape) {
    throw InputError(
        fmt::format("{}: '{}' has shape {}, expected {}", origin, view.name, shape_text(view.shape), shape_text(shape)),
        "the adapter was made for another base model, or its rank differs from adapter_config.json");
  }
  return to_float32(view);
}

/// The layer a tensor belongs to. @throws InputError  when the base has none of that name
std::string layer_of(const std::string& tensor, const std::map<std::string, LinearShape>& layers,
                     const std::string& origin) {
  const bool is_part = tensor.ends_with(kA) || tensor.ends_with(kB);
  if (!is_part || !tensor.starts_with(kPrefix)) {
    throw InputError(fmt::format("{}: '{}' is not a LoRA weight of a linear layer", origin, tensor),
                     "supported are lora_A and lora_B of linear layers");
  }
  const std::string layer = tensor.substr(kPrefix.size(), tensor.size() - kPrefix.size() - kA.size());
  if (!layers.contains(layer)) {
    std::vector<std::string> known;
    for (const auto& [name, unused] : layers) known.push_back(name);
    throw InputError(fmt::format("{}: the base model has no layer '{}'", origin, layer),
                     did_you_mean(layer, known, "the adapter was made for another base model"));
  }
  return layer;
}

/// peft wrote pickles before it wrote safetensors.
std::filesystem::path weights_of(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "adapter_model.safetensors", pickled = directory / "adapter_model.bin";
  return !std::filesystem::exists(file) && std::filesystem::exists(pickled) ? pickled : file;
}

}  // namespace

std::map<std::string, LinearShape> linear_shapes(const ModelConfig& config) {
  std::map<std::string, LinearShape> found;
  for (const ExpectedTensor& tensor : expected_tensors(config)) {
    if (tensor.bias || tensor.layer < 0 || is_norm(tensor.part)) continue;
    LinearShape shape{tensor.shape[0], tensor.shape[1]};
    if (tensor.transposed) std::swap(shape.out, shape.in);
    found[tensor.name.substr(0, tensor.name.rfind('.'))] = shape;
  }
  return found;
}

std::string lora_tensor_name(const std::string& layer, char factor) {
  return fmt::format("{}{}{}", kPrefix, layer, factor == 'A' ? kA : kB);
}

LoraAdapter read_lora(const std::filesystem::path& directory, const std::map<std::string, LinearShape>& layers) {
  LoraAdapter adapter{read_lora_config(directory), {}};
  const Checkpoint file = Checkpoint::open(weights_of(directory));
  const std::string origin = file.path().string();
  for (const TensorView& view : file.tensors()) {
    const std::string layer = layer_of(view.name, layers, origin);
    if (adapter.layers.contains(layer)) continue;
    const LinearShape& shape = layers.at(layer);
    adapter.layers[layer] = {
        read_factor(file.get(lora_tensor_name(layer, 'A')), {adapter.config.r, shape.in}, origin),
        read_factor(file.get(lora_tensor_name(layer, 'B')), {shape.out, adapter.config.r}, origin)};
  }
  if (adapter.layers.empty()) throw InputError(fmt::format("{}: holds no adapter weight", origin));
  return adapter;
}

}  // namespace llmops::model
