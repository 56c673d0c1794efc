// Which tensors an encoder's configuration calls for.
#include <fmt/format.h>

#include "model/encoder_config.h"

namespace llmops::model {
namespace {

using Tensors = std::vector<EncoderTensor>;

void add_linear(Tensors& tensors, const std::string& name, std::int64_t out, std::int64_t in) {
  tensors.push_back({name + ".weight", {out, in}});
  tensors.push_back({name + ".bias", {out}});
}

void add_norm(Tensors& tensors, const std::string& name, std::int64_t width) {
  tensors.push_back({name + ".weight", {width}});
  tensors.push_back({name + ".bias", {width}});
}

}  // namespace

std::vector<EncoderTensor> encoder_tensors(const EncoderConfig& config) {
  const std::int64_t c = config.hidden_size, f = config.intermediate_size, e = config.embedding_size;
  const EncoderNames& names = *config.names;
  Tensors tensors;
  tensors.push_back({"embeddings.word_embeddings.weight", {config.vocab_size, e}});
  tensors.push_back({"embeddings.position_embeddings.weight", {config.position_rows, e}});
  if (config.token_types > 0) tensors.push_back({"embeddings.token_type_embeddings.weight", {config.token_types, e}});
  add_norm(tensors, "embeddings.LayerNorm", e);
  if (e != c) add_linear(tensors, "embeddings_project", c, e);
  if (config.relative_buckets > 0)
    tensors.push_back({"encoder.relative_attention_bias.weight", {config.relative_buckets, config.heads}});
  for (int i = 0; i < config.layers; ++i) {
    const std::string layer = fmt::format(fmt::runtime(names.layer), i);
    for (const char* name : {names.query, names.key, names.value, names.output})
      add_linear(tensors, layer + name, c, c);
    add_norm(tensors, layer + names.attention_norm, c);
    add_linear(tensors, layer + names.up, f, c);
    add_linear(tensors, layer + names.down, c, f);
    add_norm(tensors, layer + names.output_norm, c);
  }
  return tensors;
}

std::int64_t EncoderConfig::parameter_count() const {
  std::int64_t count = 0;
  for (const EncoderTensor& tensor : encoder_tensors(*this)) {
    std::int64_t elements = 1;
    for (const std::int64_t size : tensor.shape) elements *= size;
    count += elements;
  }
  return count;
}

}  // namespace llmops::model
