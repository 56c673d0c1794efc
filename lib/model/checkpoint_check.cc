#include "model/checkpoint_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"

namespace llmops::model {
namespace {

/// Adds "NAME.weight" (out, in) and, where it has one, "NAME.bias" (out).
void add_linear(std::vector<ExpectedTensor>& tensors, const std::string& name, std::int64_t out, std::int64_t in,
                bool bias) {
  tensors.push_back({name + ".weight", {out, in}});
  if (bias) tensors.push_back({name + ".bias", {out}});
}

}  // namespace

std::vector<ExpectedTensor> expected_tensors(const ModelConfig& config) {
  const std::int64_t c = config.hidden_size;
  const std::int64_t f = config.intermediate_size;
  const std::int64_t d = config.head_size;
  std::vector<ExpectedTensor> tensors;
  tensors.push_back({"model.embed_tokens.weight", {config.vocab_size, c}});
  for (int layer = 0; layer < config.layers; ++layer) {
    const std::string prefix = fmt::format("model.layers.{}.", layer);
    tensors.push_back({prefix + "input_layernorm.weight", {c}});
    add_linear(tensors, prefix + "self_attn.q_proj", config.heads * d, c, config.qkv_bias);
    add_linear(tensors, prefix + "self_attn.k_proj", config.kv_heads * d, c, config.qkv_bias);
    add_linear(tensors, prefix + "self_attn.v_proj", config.kv_heads * d, c, config.qkv_bias);
    add_linear(tensors, prefix + "self_attn.o_proj", c, config.heads * d, config.output_bias);
    if (config.qk_norm) {
      tensors.push_back({prefix + "self_attn.q_norm.weight", {d}});
      tensors.push_back({prefix + "self_attn.k_norm.weight", {d}});
    }
    tensors.push_back({prefix + "post_attention_layernorm.weight", {c}});
    add_linear(tensors, prefix + "mlp.gate_proj", f, c, config.mlp_bias);
    add_linear(tensors, prefix + "mlp.up_proj", f, c, config.mlp_bias);
    add_linear(tensors, prefix + "mlp.down_proj", c, f, config.mlp_bias);
  }
  tensors.push_back({"model.norm.weight", {c}});
  if (!config.tied_embeddings) tensors.push_back({"lm_head.weight", {config.vocab_size, c}});
  return tensors;
}

void check_checkpoint(const ModelConfig& config, const Safetensors& weights) {
  for (const ExpectedTensor& expected : expected_tensors(config)) {
    const TensorView& view = weights.get(expected.name);
    if (view.shape != expected.shape) {
      throw InputError(fmt::format("{}: tensor '{}' has shape {}, config.json calls for {}", weights.path().string(),
                                   expected.name, shape_text(view.shape), shape_text(expected.shape)));
    }
  }
}

std::string shape_text(const std::vector<std::int64_t>& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

}  // namespace llmops::model
