// Loading an encoder from a Hugging Face folder.
#include <fmt/format.h>

#include "core/cancel.h"
#include "model/encoder.h"
#include "model/encoder_weights.h"

namespace llmops::model {
namespace {

at::Tensor read_view(const TensorView& view) {
  at::Tensor tensor = at::empty(view.shape, at::kFloat);
  to_float32(view, {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
  return tensor;
}

using Weights = std::map<std::string, at::Tensor>;

Linear linear(const Weights& weights, const std::string& name) {
  return {weights.at(name + ".weight"), weights.at(name + ".bias"), nullptr};
}

LayerNorm layer_norm(const Weights& weights, const std::string& name) {
  return {weights.at(name + ".weight"), weights.at(name + ".bias")};
}

}  // namespace

Encoder Encoder::load(const std::filesystem::path& folder, at::ScalarType dtype) {
  Encoder encoder;
  encoder.config_ = read_encoder_config(folder);
  const Checkpoint file = Checkpoint::open(folder);
  const std::vector<TensorView> views = find_encoder_weights(encoder.config_, file);
  const std::vector<EncoderTensor> names = encoder_tensors(encoder.config_);
  Weights weights;
  for (std::size_t i = 0; i < names.size(); ++i) {
    throw_if_cancelled();
    weights.emplace(names[i].name, read_view(views[i]));
  }
  // Sums are taken before rounding.
  at::Tensor& positions = weights.at("embeddings.position_embeddings.weight");
  if (encoder.config_.token_types > 0) positions.add_(weights.at("embeddings.token_type_embeddings.weight")[0]);
  for (auto& [name, tensor] : weights) tensor = tensor.to(dtype);
  encoder.take_weights(std::move(weights));
  return encoder;
}

void Encoder::take_weights(std::map<std::string, at::Tensor> weights) {
  words_ = weights.at("embeddings.word_embeddings.weight");
  positions_ = weights.at("embeddings.position_embeddings.weight");
  embedding_norm_ = layer_norm(weights, "embeddings.LayerNorm");
  if (config_.embedding_size != config_.hidden_size) projection_ = linear(weights, "embeddings_project");
  if (config_.relative_buckets > 0) relative_bias_ = weights.at("encoder.relative_attention_bias.weight");
  const EncoderNames& names = *config_.names;
  for (int i = 0; i < config_.layers; ++i) {
    const std::string prefix = fmt::format(fmt::runtime(names.layer), i);
    EncoderLayer& layer = layers_.emplace_back();
    const Linear q = linear(weights, prefix + names.query), k = linear(weights, prefix + names.key),
                 v = linear(weights, prefix + names.value);
    layer.qkv = {at::cat({q.weight, k.weight, v.weight}), at::cat({q.bias, k.bias, v.bias}), nullptr};
    layer.output = linear(weights, prefix + names.output);
    layer.up = linear(weights, prefix + names.up);
    layer.down = linear(weights, prefix + names.down);
    layer.attention_norm = layer_norm(weights, prefix + names.attention_norm);
    layer.output_norm = layer_norm(weights, prefix + names.output_norm);
  }
}

}  // namespace llmops::model
