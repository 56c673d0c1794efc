// Weights from files, or from a model merged with its adapter.
#include "quant/weight_source.h"

#include "model/adapter_record.h"
#include "model/decoder.h"
#include "model/gguf_checkpoint.h"
#include "model/lora.h"
#include "model/safetensors.h"

namespace llmops::quant {
namespace {

std::vector<SourceWeight> from_files(const std::filesystem::path& model_dir) {
  const auto file = model::Safetensors::open(model_dir);
  const bool tied = model::read_model_config(model_dir).tied_embeddings;
  std::vector<SourceWeight> weights;
  for (const model::TensorView& view : file.tensors()) {
    if (model::hf_to_gguf_name(view.name).empty() || (tied && view.name == "lm_head.weight")) continue;
    weights.push_back({view.name, view.shape, [file, view] {  // `file` keeps the view's bytes mapped
                         std::vector<float> values(static_cast<std::size_t>(view.elements()));
                         model::to_float32(view, values);
                         return values;
                       }});
  }
  return weights;
}

std::vector<SourceWeight> from_merged(const std::filesystem::path& model_dir, const std::filesystem::path& adapter) {
  model::check_adapter_fits(adapter, model_dir);
  model::Decoder decoder = model::Decoder::load(model_dir, at::kFloat);
  model::load_lora(decoder, adapter);
  model::merge_lora(decoder);
  std::vector<SourceWeight> weights;
  for (const auto& [name, tensor] : decoder.named_weights()) {
    weights.push_back({name, tensor.sizes().vec(), [tensor] {
                         const at::Tensor values = tensor.contiguous();
                         const float* data = values.const_data_ptr<float>();
                         return std::vector<float>(data, data + values.numel());
                       }});
  }
  return weights;
}

}  // namespace

std::vector<SourceWeight> open_weights(const std::filesystem::path& model_dir, const std::filesystem::path& adapter) {
  return adapter.empty() ? from_files(model_dir) : from_merged(model_dir, adapter);
}

}  // namespace llmops::quant
