// Weights of a model merged with its adapter.
#include <fmt/format.h>

#include <map>

#include "core/error.h"
#include "model/adapter_record.h"
#include "model/decoder.h"
#include "model/lora.h"
#include "quant/weight_source.h"

namespace llmops::quant {

WeightSource open_merged_weights(const std::filesystem::path& model_dir, const std::filesystem::path& adapter) {
  model::check_adapter_fits(adapter, model_dir);
  WeightSource source = open_weights(model_dir);
  model::Decoder decoder = model::Decoder::load(model_dir, at::kFloat);
  model::load_lora(decoder, adapter);
  model::merge_lora(decoder);
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : decoder.named_weights()) tensors.emplace(name, tensor);
  source.read = [tensors](const model::ExpectedTensor& expected) {
    const at::Tensor values = tensors.at(expected.name).contiguous();
    const float* data = values.const_data_ptr<float>();
    return std::vector<float>(data, data + values.numel());
  };
  return source;
}

}  // namespace llmops::quant
