// Adapters as files, in peft's layout.
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"
#include "model/lora.h"
#include "model/safetensors.h"
#include "ops/shape_text.h"

namespace llmops::model {
namespace {

constexpr std::string_view kPrefix = "base_model.model.";
constexpr std::string_view kA = ".lora_A.weight";
constexpr std::string_view kB = ".lora_B.weight";

std::string tensor_name(const std::string& layer, std::string_view part) {
  return fmt::format("{}{}{}", kPrefix, layer, part);
}

at::Tensor read_tensor(const TensorView& view, const std::vector<std::int64_t>& shape, const std::string& origin) {
  if (view.shape != shape) {
    throw InputError(fmt::format("{}: '{}' has shape {}, expected {}", origin, view.name, ops::shape_text(view.shape),
                                 ops::shape_text(shape)),
                     "the adapter was made for another base model, or its rank differs from adapter_config.json");
  }
  at::Tensor tensor = at::empty(shape, at::kFloat);
  to_float32(view, {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
  return tensor;
}

/// The layer a tensor belongs to. @throws InputError  when the base has none of that name
std::string layer_of(const std::string& tensor, const std::map<std::string, Linear*>& linears,
                     const std::string& origin) {
  const bool is_part = tensor.ends_with(kA) || tensor.ends_with(kB);
  if (!is_part || !tensor.starts_with(kPrefix)) {
    throw InputError(fmt::format("{}: '{}' is not a LoRA weight of a linear layer", origin, tensor),
                     "supported are lora_A and lora_B of linear layers");
  }
  const std::string layer = tensor.substr(kPrefix.size(), tensor.size() - kPrefix.size() - kA.size());
  if (!linears.contains(layer)) {
    std::vector<std::string> known;
    for (const auto& [name, unused] : linears) known.push_back(name);
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

LoraConfig load_lora(Decoder& decoder, const std::filesystem::path& directory) {
  const LoraConfig config = read_lora_config(directory);
  const Checkpoint file = Checkpoint::open(weights_of(directory));
  const std::string origin = file.path().string();
  auto linears = decoder.linears();
  std::map<std::string, std::shared_ptr<Lora>> found;
  for (const TensorView& view : file.tensors()) {
    const std::string layer = layer_of(view.name, linears, origin);
    if (found.contains(layer)) continue;
    const at::Tensor& weight = linears.at(layer)->weight;
    auto lora = std::make_shared<Lora>();
    lora->a = read_tensor(file.get(tensor_name(layer, kA)), {config.r, weight.size(1)}, origin);
    lora->b = read_tensor(file.get(tensor_name(layer, kB)), {weight.size(0), config.r}, origin);
    lora->scale = config.scale();
    lora->dropout = config.lora_dropout;
    found[layer] = std::move(lora);
  }
  if (found.empty()) throw InputError(fmt::format("{}: holds no adapter weight", origin));
  for (auto& [layer, lora] : found) linears.at(layer)->lora = std::move(lora);  // only once all of it was read
  return config;
}

std::vector<std::pair<std::string, at::Tensor>> lora_tensors(Decoder& decoder) {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  for (const auto& [name, linear] : decoder.linears()) {
    if (!linear->lora) continue;
    tensors.emplace_back(tensor_name(name, kA), linear->lora->a);
    tensors.emplace_back(tensor_name(name, kB), linear->lora->b);
  }
  std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return tensors;
}

void save_lora(Decoder& decoder, const LoraConfig& config, const std::filesystem::path& directory) {
  const at::NoGradGuard no_grad;
  std::vector<std::pair<std::string, at::Tensor>> kept;  // on the CPU and contiguous while they are written
  std::vector<TensorToWrite> tensors;
  for (const auto& [name, tensor] : lora_tensors(decoder)) {
    kept.emplace_back(name, tensor.detach().to(at::kCPU, at::kFloat).contiguous());
    const at::Tensor& t = kept.back().second;
    tensors.push_back({name, DType::kF32, t.sizes().vec(),
                       std::as_bytes(std::span<const float>(t.const_data_ptr<float>(), t.numel()))});
  }
  std::filesystem::create_directories(directory);
  write_safetensors(directory, "adapter_model", tensors);
  write_file_atomic(directory / "adapter_config.json", dump_json_pretty(lora_config_json(config)));
}

}  // namespace llmops::model
