// Reading adapters in peft's layout.
#include "model/lora_weights.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "core/error.h"
#include "core/spelling.h"
#include "model/checkpoint.h"
#include "model/lora_targets.h"
#include "model/reward_config.h"
#include "model/saved_modules.h"
#include "model/weight_layout.h"
#include "ops/row_ops.h"

namespace llmops::model {
namespace {

constexpr std::string_view kPrefix = "base_model.model.";

/// What a part's tensor is called, after the layer.
constexpr std::string_view suffix(LoraPart part) {
  constexpr std::string_view kSuffixes[] = {".lora_A.weight", ".lora_B.weight", ".lora_B.bias",
                                            ".lora_magnitude_vector"};
  return kSuffixes[static_cast<std::size_t>(part)];
}

std::vector<float> read_part(const TensorView& view, const std::vector<std::int64_t>& shape,
                             const std::string& origin) {
  if (view.shape != shape) {
    throw InputError(
        fmt::format("{}: '{}' has shape {}, expected {}", origin, view.name, shape_text(view.shape), shape_text(shape)),
        "the adapter was made for another base model, or its rank differs from adapter_config.json");
  }
  return to_float32(view);
}

/// The layer a tensor belongs to. @throws InputError  when the base has none of that name
std::string layer_of(const std::string& tensor, const LoraConfig& config,
                     const std::map<std::string, LinearShape>& layers, const std::string& origin) {
  std::string layer;
  for (const LoraPart part : kLoraParts) {
    if (!has_part(config, part) || !tensor.starts_with(kPrefix) || !tensor.ends_with(suffix(part))) continue;
    layer = tensor.substr(kPrefix.size(), tensor.size() - kPrefix.size() - suffix(part).size());
  }
  if (layer.empty()) {
    throw InputError(
        fmt::format("{}: '{}' is neither a LoRA weight of a linear layer nor a weight of the model", origin, tensor),
        "supported are lora_A and lora_B of linear layers, lora_magnitude_vector with 'use_dora', biases "
        "of lora_B with 'lora_bias', and whole modules of the base model");
  }
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

void check_saved(const LoraAdapter& adapter, const ModelConfig& base, const std::string& origin) {
  for (const ExpectedTensor& tensor : saved_tensors(base, adapter.config)) {
    if (adapter.saved.contains(tensor.name)) continue;
    throw InputError(fmt::format("{}: '{}' is missing, which 'modules_to_save' names", origin, tensor.name));
  }
}

/// An embedding that peft put in the place of one that is the head too is the head as well, unless it was wrapped.
void keep_together(LoraAdapter& adapter, const ModelConfig& base) {
  const std::string embedding = part_path(base, Part::kEmbedding, -1) + ".weight",
                    head = part_path(base, Part::kHead, -1) + ".weight";
  if (!base.tied_embeddings || !adapter.saved.contains(embedding) || adapter.saved.contains(head)) return;
  if (adapter.config.modules_to_save.empty()) adapter.saved[head] = adapter.saved.at(embedding);
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

bool has_part(const LoraConfig& config, LoraPart part) {
  if (part == LoraPart::kBias) return config.lora_bias;
  return part != LoraPart::kMagnitude || config.use_dora;
}

std::string lora_tensor_name(const std::string& layer, LoraPart part) {
  return fmt::format("{}{}{}", kPrefix, layer, suffix(part));
}

std::string saved_tensor_name(const std::string& weight) { return std::string(kPrefix) + weight; }

LoraAdapter read_lora(const std::filesystem::path& directory, const ModelConfig& base) {
  LoraAdapter adapter{read_lora_config(directory), {}, {}};
  const ModelConfig config = adapter.config.classifies() ? as_reward_model(base) : base;
  const LoraTargets targets(adapter.config);
  const Checkpoint file = Checkpoint::open(weights_of(directory));
  const std::string origin = file.path().string();
  const auto layers = linear_shapes(config);
  std::map<std::string, std::vector<std::int64_t>> keepable;  // shapes by the name in an adapter
  for (const ExpectedTensor& tensor : keepable_tensors(config)) keepable[saved_tensor_name(tensor.name)] = tensor.shape;
  for (const TensorView& view : file.tensors()) {
    if (const auto whole = keepable.find(view.name); whole != keepable.end()) {
      adapter.saved[view.name.substr(kPrefix.size())] = read_part(view, whole->second, origin);
      continue;
    }
    const std::string layer = layer_of(view.name, adapter.config, layers, origin);
    if (adapter.layers.contains(layer)) continue;
    const auto [out, in] = layers.at(layer);
    const auto read = [&](LoraPart part, const std::vector<std::int64_t>& shape) {
      if (!has_part(adapter.config, part)) return std::vector<float>();
      return read_part(file.get(lora_tensor_name(layer, part)), shape, origin);
    };
    const int r = targets.rank(layer);
    adapter.layers[layer] = {r,
                             targets.scale(layer),
                             read(LoraPart::kA, {r, in}),
                             read(LoraPart::kB, {out, r}),
                             read(LoraPart::kBias, {out}),
                             read(LoraPart::kMagnitude, {out})};
  }
  if (adapter.config.classifies() && base.labels == 0 && !adapter.saved.contains(kScoreWeight)) {
    throw InputError(
        fmt::format("{}: '{}' is missing, the head of what 'task_type' says is a classifier", origin, kScoreWeight));
  }
  if (adapter.layers.empty() && adapter.saved.empty()) {
    throw InputError(fmt::format("{}: holds no adapter weight", origin));
  }
  check_saved(adapter, config, origin);
  keep_together(adapter, config);
  return adapter;
}

void check_mergeable(const LoraAdapter& adapter, const ModelConfig& config) {
  if (!adapter.config.lora_bias) return;
  std::set<std::string> biased;
  for (const ExpectedTensor& tensor : expected_tensors(config)) {
    if (tensor.bias) biased.insert(tensor.name.substr(0, tensor.name.rfind('.')));
  }
  for (const auto& [layer, unused] : adapter.layers) {
    if (biased.contains(layer)) continue;
    throw InputError(fmt::format("the adapter has a bias for '{}', which has none in the base model", layer),
                     "such an adapter cannot be merged; use it beside the model");
  }
}

float add_low_rank(const LoraWeights& lora, std::int64_t row, std::span<float> values) {
  const auto cols = static_cast<std::int64_t>(values.size());
  const float* factors = lora.b.data() + row * lora.r;
  for (int k = 0; k < lora.r; ++k) {
    ops::add_scaled(values.data(), lora.a.data() + k * cols, static_cast<float>(lora.scale) * factors[k], cols);
  }
  if (lora.magnitude.empty()) return 1;
  double squares = 0;
  for (const float value : values) squares += double{value} * value;
  return static_cast<float>(lora.magnitude[static_cast<std::size_t>(row)] / std::sqrt(squares));
}

}  // namespace llmops::model
