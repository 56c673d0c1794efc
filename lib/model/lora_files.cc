// Adapters as files, in peft's layout.
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "model/lora.h"
#include "model/lora_weights.h"
#include "model/safetensors.h"
#include "model/saved_modules.h"

namespace llmops::model {
namespace {

at::Tensor as_tensor(const std::vector<float>& values, std::int64_t rows, at::Device device) {
  return at::tensor(values, at::kFloat).view({rows, -1}).to(device);
}

/// Undefined where there are no values.
at::Tensor as_vector(const std::vector<float>& values, at::Device device) {
  return values.empty() ? at::Tensor() : at::tensor(values, at::kFloat).to(device);
}

at::Tensor on_cpu(const at::Tensor& tensor) { return tensor.detach().to(at::kCPU, at::kFloat).contiguous(); }

/// A tensor of an adapter, (out, in) for linear layers, by its name in the file.
struct AdapterTensor {
  std::string name;
  at::Tensor tensor;
  bool transposed = false;  ///< in the file
};

std::vector<AdapterTensor> adapter_tensors(Decoder& decoder) {
  std::vector<AdapterTensor> found;
  for (const auto& [name, linear] : decoder.linears()) {
    if (!linear->lora) continue;
    const Lora& lora = *linear->lora;
    const at::Tensor parts[] = {lora.a, lora.b, lora.bias, lora.magnitude};
    for (const LoraPart part : kLoraParts) {
      const at::Tensor& tensor = parts[static_cast<std::size_t>(part)];
      if (tensor.defined()) found.push_back({lora_tensor_name(name, part), tensor});
    }
  }
  for (const auto& [tensor, weight] : decoder.replaced()) {
    found.push_back({saved_tensor_name(tensor.name), weight, tensor.transposed});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

void attach_saved(Decoder& decoder, const LoraAdapter& adapter) {
  at::Tensor both;  // an embedding that is the head stays one with `ensure_weight_tying`
  const bool together = adapter.config.ensure_weight_tying && decoder.config().tied_embeddings;
  for (const ExpectedTensor& tensor : keepable_tensors(decoder.config())) {
    const auto values = adapter.saved.find(tensor.name);
    if (values == adapter.saved.end()) continue;
    const bool shared = together && (tensor.part == Part::kEmbedding || tensor.part == Part::kHead);
    at::Tensor weight = shared ? both : at::Tensor();
    if (!weight.defined()) {
      weight = at::tensor(values->second, at::kFloat).view(tensor.shape);
      weight = (tensor.transposed ? weight.t() : weight).contiguous().to(decoder.device());
      if (shared) both = weight;
    }
    decoder.replace(tensor, weight);
  }
}

}  // namespace

LoraConfig load_lora(Decoder& decoder, const std::filesystem::path& directory) {
  const LoraAdapter adapter = read_lora(directory, decoder.config());
  const bool new_head = decoder.config().labels == 0 && with_kept_weights(decoder.config(), adapter.saved).labels > 0;
  if (new_head) decoder.make_reward_model({});  // its head is among the adapter's weights
  attach_saved(decoder, adapter);
  auto linears = decoder.linears();
  const at::Device device = decoder.device();
  for (const auto& [layer, weights] : adapter.layers) {
    auto lora = std::make_shared<Lora>();
    lora->a = as_tensor(weights.a, weights.r, device);
    lora->b = as_tensor(weights.b, linears.at(layer)->out(), device);
    lora->bias = as_vector(weights.bias, device);
    lora->magnitude = as_vector(weights.magnitude, device);
    lora->scale = weights.scale;
    lora->dropout = adapter.config.lora_dropout;
    linears.at(layer)->lora = std::move(lora);
  }
  return adapter.config;
}

void restore_lora(Decoder& decoder, const std::filesystem::path& directory) {
  const at::NoGradGuard no_grad;
  const auto file = Checkpoint::open(directory / "adapter_model.safetensors");
  for (const AdapterTensor& target : adapter_tensors(decoder)) {
    const TensorView& view = file.get(target.name);
    const at::Tensor place = target.transposed ? target.tensor.t() : target.tensor;
    if (view.shape != place.sizes().vec()) {
      throw InputError(fmt::format("{}: '{}' has another shape than this run's", file.path().string(), view.name));
    }
    at::Tensor(place).copy_(at::tensor(to_float32(view), at::kFloat).view(view.shape));
  }
}

std::vector<std::pair<std::string, at::Tensor>> lora_tensors(Decoder& decoder) {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  std::set<const void*> seen;
  for (const AdapterTensor& one : adapter_tensors(decoder)) {
    if (seen.insert(one.tensor.unsafeGetTensorImpl()).second) tensors.emplace_back(one.name, one.tensor);
  }
  return tensors;
}

void save_lora(Decoder& decoder, const LoraConfig& config, const std::filesystem::path& directory) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> kept;  // while they are written
  std::vector<TensorToWrite> tensors;
  for (const AdapterTensor& one : adapter_tensors(decoder)) {
    const at::Tensor& t = kept.emplace_back(on_cpu(one.transposed ? one.tensor.t() : one.tensor));
    tensors.push_back({one.name, DType::kF32, t.sizes().vec(),
                       std::as_bytes(std::span<const float>(t.const_data_ptr<float>(), t.numel()))});
  }
  std::filesystem::create_directories(directory);
  write_safetensors(directory, "adapter_model", tensors);
  write_file_atomic(directory / "adapter_config.json", dump_json_pretty(lora_config_json(config)));
}

}  // namespace llmops::model
