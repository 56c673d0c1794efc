// Weights of a model merged with its adapter, one at a time.
#include "quant/merged_weights.h"

#include <fmt/format.h>

#include <span>

#include "core/error.h"
#include "model/adapter_record.h"
#include "quant/weight_source.h"

namespace llmops::quant {
namespace {

/// @param values  (rows, cols) @returns (cols, rows)
std::vector<float> transposed(const std::vector<float>& values, std::size_t rows) {
  const std::size_t cols = values.size() / rows;
  std::vector<float> found(values.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t col = 0; col < cols; ++col) found[col * rows + row] = values[row * cols + col];
  }
  return found;
}

/// @param weight  (out, in)
void merge(const model::LoraWeights& lora, std::size_t out, std::vector<float>& weight) {
  const std::size_t in = weight.size() / out;
  for (std::size_t row = 0; row < out; ++row) {
    const std::span<float> values(weight.data() + row * in, in);
    const float factor = model::add_low_rank(lora, static_cast<std::int64_t>(row), values);
    if (factor == 1) continue;
    for (float& value : values) value *= factor;
  }
}

}  // namespace

std::vector<float> merged(const model::LoraAdapter& adapter, const model::ExpectedTensor& tensor,
                          std::vector<float> values) {
  const auto layer = adapter.layers.find(tensor.name.substr(0, tensor.name.rfind('.')));
  if (layer == adapter.layers.end()) return values;
  const model::LoraWeights& lora = layer->second;
  if (tensor.bias) {
    for (std::size_t i = 0; i < lora.bias.size(); ++i) values[i] += static_cast<float>(lora.scale) * lora.bias[i];
    return values;
  }
  const std::size_t out = lora.b.size() / static_cast<std::size_t>(lora.r);
  if (tensor.transposed) values = transposed(values, values.size() / out);
  merge(lora, out, values);
  return tensor.transposed ? transposed(values, out) : values;
}

model::LoraAdapter inverse(model::LoraAdapter adapter) {
  const bool whole = !adapter.saved.empty();
  if (whole || adapter.config.use_dora) {
    throw InputError(whole ? fmt::format("the adapter keeps '{}' whole: what it replaced is not in a merged model",
                                         adapter.saved.begin()->first)
                           : "a DoRA adapter cannot be taken out: how long a row was is not in a merged model",
                     "go back to the base model itself");
  }
  for (auto& [unused, lora] : adapter.layers) lora.scale = -lora.scale;
  return adapter;
}

WeightSource open_merged_weights(const std::filesystem::path& model_dir, const std::filesystem::path& adapter) {
  model::check_adapter_fits(adapter, model_dir);
  WeightSource source = open_weights(model_dir);
  const model::ModelConfig stored = source.config;
  auto lora = model::read_lora(adapter, stored);
  model::check_mergeable(lora, stored);
  source.config = model::with_kept_weights(stored, lora.saved);
  source.read = [read = std::move(source.read), stored, lora = std::move(lora)](const model::ExpectedTensor& tensor) {
    const auto saved = lora.saved.find(tensor.name);
    if (saved != lora.saved.end()) return saved->second;
    return merged(lora, tensor, read(model::stored_tensor(stored, tensor)));
  };
  return source;
}

}  // namespace llmops::quant
