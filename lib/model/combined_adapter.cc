#include "model/combined_adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "core/error.h"
#include "core/files.h"
#include "model/safetensors.h"

namespace llmops::model {
namespace {

void check_can_be_added(const WeightedAdapter& part) {
  const LoraAdapter& adapter = part.adapter;
  if (adapter.saved.empty() && !adapter.config.use_dora) return;
  throw InputError(
      fmt::format("'{}' {}, which replace the base's weights: it cannot be added to others", part.name,
                  adapter.config.use_dora ? "has the magnitudes of DoRA" : "keeps whole modules ('modules_to_save')"),
      "merge it into the model first; adapters trained on that can be combined");
}

/// Appends a layer's ranks. @param sum  of `shape`, scale 1
void add(LoraWeights& sum, const LoraWeights& part, float factor, const LinearShape& shape) {
  std::vector<float> b(static_cast<std::size_t>(shape.out * (sum.r + part.r)));
  auto to = b.begin();
  for (std::int64_t row = 0; row < shape.out; ++row) {
    to = std::copy_n(sum.b.begin() + row * sum.r, sum.r, to);
    to = std::transform(part.b.begin() + row * part.r, part.b.begin() + (row + 1) * part.r, to,
                        [&](float value) { return value * factor; });
  }
  sum.b = std::move(b);
  sum.a.insert(sum.a.end(), part.a.begin(), part.a.end());
  sum.r += part.r;
  if (part.bias.empty()) return;
  sum.bias.resize(static_cast<std::size_t>(shape.out));
  for (std::size_t i = 0; i < sum.bias.size(); ++i) sum.bias[i] += factor * part.bias[i];
}

/// The kinds of layers that are all adapted, and whole paths of others.
std::vector<std::string> targets(const LoraAdapter& adapter, const std::map<std::string, LinearShape>& shapes) {
  const auto kind_of = [](const std::string& path) { return path.substr(path.rfind('.') + 1); };
  std::map<std::string, bool> whole;
  for (const auto& [path, unused] : shapes) {
    whole.try_emplace(kind_of(path), true).first->second &= adapter.layers.contains(path);
  }
  std::vector<std::string> names;
  for (const auto& [kind, all] : whole) {
    if (all) names.push_back(kind);
  }
  for (const auto& [path, unused] : adapter.layers) {
    if (!whole.at(kind_of(path))) names.push_back(path);
  }
  return names;
}

std::string escaped(const std::string& path) { return std::regex_replace(path, std::regex(R"(\.)"), R"(\.)"); }

LoraConfig config_of(const LoraAdapter& adapter, const LoraConfig& first, const ModelConfig& base) {
  LoraConfig config;
  config.base_model_name_or_path = first.base_model_name_or_path;
  config.target_modules.names = targets(adapter, linear_shapes(base));
  config.r = 0;
  for (const auto& [path, layer] : adapter.layers) config.r = std::max(config.r, layer.r);
  config.lora_alpha = config.r;
  for (const auto& [path, layer] : adapter.layers) {
    config.lora_bias = config.lora_bias || !layer.bias.empty();
    if (layer.r == config.r) continue;
    config.rank_pattern.emplace_back(escaped(path), layer.r);
    config.alpha_pattern.emplace_back(escaped(path), layer.r);
  }
  return config;
}

}  // namespace

LoraAdapter combined_adapter(const std::vector<WeightedAdapter>& parts, const ModelConfig& base) {
  const auto shapes = linear_shapes(base);
  LoraAdapter sum;
  for (const WeightedAdapter& part : parts) {
    check_can_be_added(part);
    for (const auto& [path, layer] : part.adapter.layers) {
      add(sum.layers[path], layer, static_cast<float>(part.weight * layer.scale), shapes.at(path));
    }
  }
  sum.config = config_of(sum, parts.front().adapter.config, base);
  if (sum.config.lora_bias) {
    for (auto& [path, layer] : sum.layers) layer.bias.resize(static_cast<std::size_t>(shapes.at(path).out));
  }
  return sum;
}

void write_adapter(const LoraAdapter& adapter, const ModelConfig& base, const std::filesystem::path& directory) {
  const auto shapes = linear_shapes(base);
  std::vector<TensorToWrite> tensors;
  const auto add_tensor = [&](const std::string& layer, LoraPart part, const std::vector<float>& values,
                              std::vector<std::int64_t> shape) {
    if (values.empty()) return;
    tensors.push_back({lora_tensor_name(layer, part), DType::kF32, std::move(shape), std::as_bytes(std::span(values))});
  };
  for (const auto& [path, layer] : adapter.layers) {
    const auto [out, in] = shapes.at(path);
    add_tensor(path, LoraPart::kA, layer.a, {layer.r, in});
    add_tensor(path, LoraPart::kB, layer.b, {out, layer.r});
    add_tensor(path, LoraPart::kBias, layer.bias, {out});
  }
  write_safetensors(directory, "adapter_model", tensors);
  write_file_atomic(directory / "adapter_config.json", dump_json_pretty(lora_config_json(adapter.config)));
}

}  // namespace llmops::model
