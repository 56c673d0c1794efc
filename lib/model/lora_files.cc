// Adapters as files, in peft's layout.
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "core/files.h"
#include "model/lora.h"
#include "model/lora_weights.h"
#include "model/safetensors.h"

namespace llmops::model {
namespace {

at::Tensor as_tensor(const std::vector<float>& values, std::int64_t rows) {
  return at::tensor(values, at::kFloat).view({rows, -1});
}

}  // namespace

LoraConfig load_lora(Decoder& decoder, const std::filesystem::path& directory) {
  const LoraAdapter adapter = read_lora(directory, linear_shapes(decoder.config()));
  auto linears = decoder.linears();
  for (const auto& [layer, weights] : adapter.layers) {
    auto lora = std::make_shared<Lora>();
    lora->a = as_tensor(weights.a, adapter.config.r);
    lora->b = as_tensor(weights.b, linears.at(layer)->weight.size(0));
    lora->scale = adapter.config.scale();
    lora->dropout = adapter.config.lora_dropout;
    linears.at(layer)->lora = std::move(lora);
  }
  return adapter.config;
}

std::vector<std::pair<std::string, at::Tensor>> lora_tensors(Decoder& decoder) {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  for (const auto& [name, linear] : decoder.linears()) {
    if (!linear->lora) continue;
    tensors.emplace_back(lora_tensor_name(name, 'A'), linear->lora->a);
    tensors.emplace_back(lora_tensor_name(name, 'B'), linear->lora->b);
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
