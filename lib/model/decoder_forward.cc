// The decoder's forward pass.
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include "core/error.h"
#include "model/decoder.h"
#include "model/positions.h"
#include "model/recompute.h"
#include "ops/rotary.h"

namespace llmops::model {
namespace {

void check_input(const ModelConfig& config, const at::Tensor& tokens, std::span<const Segment> segments) {
  std::int64_t next = 0;
  for (const Segment& segment : segments) {
    if (segment.begin != next || segment.length < 1) {
      throw InputError(fmt::format("decoder: segment at {} of length {} does not follow token {}", segment.begin,
                                   segment.length, next));
    }
    next += segment.length;
  }
  if (tokens.dim() != 1 || tokens.size(0) != next || next == 0) {
    throw InputError(fmt::format("decoder: segments cover {} tokens, given are {}", next, tokens.numel()));
  }
  const auto [low, high] = at::aminmax(tokens);
  const std::int64_t lowest = low.item<std::int64_t>(), highest = high.item<std::int64_t>();
  if (lowest < 0 || highest >= config.vocab_size) {
    throw InputError(fmt::format("decoder: token {} is outside the vocabulary of {}", lowest < 0 ? lowest : highest,
                                 config.vocab_size));
  }
}

/// oneDNN, which multiplies bfloat16, compiles a product for each number of rows that it has not seen, and keeps them
/// all; so tokens that nobody looks at fill up their number to a multiple of this.
constexpr std::int64_t kRowsOfProducts = 32;

/// What a layer needs besides its input.
struct LayerCall {
  const ModelConfig& config;
  const DecoderLayer& layer;
  int index;
  std::span<const Segment> segments;
  const RotaryAngles* angles;  ///< null where the layer turns nothing
  at::Tensor key_bias;         ///< (H, T) float32, ALiBi; or undefined
};

struct Heads {
  at::Tensor q;     ///< (N, H, D)
  at::Tensor k, v;  ///< (N, K, D)
};

Heads project(const ModelConfig& config, const DecoderLayer& layer, const at::Tensor& x) {
  const std::int64_t heads = config.heads, kv_heads = config.kv_heads, size = config.head_size;
  if (config.qkv_layout == QkvLayout::kSeparate) {
    return {layer.q_proj(x).view({-1, heads, size}), layer.k_proj(x).view({-1, kv_heads, size}),
            layer.v_proj(x).view({-1, kv_heads, size})};
  }
  const at::Tensor fused = layer.qkv_proj(x);
  if (config.qkv_layout == QkvLayout::kConcatenated) {
    const at::Tensor all = fused.view({-1, heads + 2 * kv_heads, size});
    return {all.narrow(1, 0, heads), all.narrow(1, heads, kv_heads), all.narrow(1, heads + kv_heads, kv_heads)};
  }
  const std::int64_t group = heads / kv_heads;
  const at::Tensor groups = fused.view({-1, kv_heads, group + 2, size});
  return {groups.narrow(2, 0, group).reshape({-1, heads, size}), groups.select(2, group), groups.select(2, group + 1)};
}

/// @param x  (N, heads, D)
at::Tensor norm_heads(const ModelConfig& config, const Norm& norm, const at::Tensor& x) {
  return config.qk_norm == QkNorm::kWhole ? norm(x.flatten(1)).view(x.sizes()) : norm(x);
}

/// @param x  (N, C), normalised @returns (N, C)
at::Tensor self_attention(const LayerCall& call, const at::Tensor& x) {
  const ModelConfig& config = call.config;
  const DecoderLayer& layer = call.layer;
  Heads heads = project(config, layer, x);
  heads.q = norm_heads(config, layer.q_norm, heads.q);
  heads.k = norm_heads(config, layer.k_norm, heads.k);
  if (config.qkv_limit > 0) {
    for (at::Tensor* tensor : {&heads.q, &heads.k, &heads.v}) {
      *tensor = tensor->clamp(-config.qkv_limit, config.qkv_limit);
    }
  }
  if (call.angles != nullptr) {
    const bool pairs = config.positions == PositionKind::kRotaryPairs;
    heads.q = ops::rotate(heads.q, call.angles->cos, call.angles->sin, pairs);
    heads.k = ops::rotate(heads.k, call.angles->cos, call.angles->sin, pairs);
  }
  const AttentionOptions options{config.attention_scale, config.attention_softcap,
                                 config.layer_options[call.index].window, call.key_bias};
  return layer.o_proj(attend(heads.q, heads.k, heads.v, call.segments, options));
}

/// @param x  (N, C) @returns (N, C)
at::Tensor run_layer(const LayerCall& call, const at::Tensor& x) {
  const ModelConfig& config = call.config;
  const DecoderLayer& layer = call.layer;
  const auto scaled = [&](const at::Tensor& y) { return config.residual_scale == 1 ? y : y * config.residual_scale; };
  const auto feed_forward = [&](const at::Tensor& y) {
    return config.layer_options[call.index].experts ? layer.experts(config, y) : layer.mlp(config, y);
  };
  const at::Tensor normed = layer.attention_in(x);
  const at::Tensor attended = scaled(layer.attention_out(self_attention(call, normed)));
  if (config.parallel) {
    const at::Tensor fed = feed_forward(config.shared_norm ? normed : layer.mlp_in(x));
    return x + attended + scaled(layer.mlp_out(fed));
  }
  const at::Tensor middle = x + attended;
  return middle + scaled(layer.mlp_out(feed_forward(layer.mlp_in(middle))));
}

}  // namespace

at::Tensor Decoder::embed(const at::Tensor& tokens, std::span<const Segment> segments, const at::Tensor& noise) const {
  at::Tensor x = at::embedding(embedding_, tokens.to(device())).to(dtype_);
  if (config_.rounded_embedding_scale) {
    x = x * at::scalar_tensor(config_.embedding_scale, at::TensorOptions(dtype_));
  } else if (config_.embedding_scale != 1) {
    x = x * config_.embedding_scale;
  }
  if (noise.defined()) x = x + noise.to(device(), dtype_);
  if (positions_.defined()) {
    x = x + at::embedding(positions_, learned_positions(config_, segments).to(device())).to(dtype_);
  }
  return embedding_norm_(x);
}

at::Tensor Decoder::hidden(const at::Tensor& tokens, std::span<const Segment> segments, bool checkpoint,
                           const at::Tensor& noise) const {
  check_input(config_, tokens, segments);
  const std::int64_t count = tokens.size(0), more = (kRowsOfProducts - count % kRowsOfProducts) % kRowsOfProducts;
  if (dtype_ != at::kBFloat16 || !device().is_cpu() || more == 0) return states(tokens, segments, checkpoint, noise);
  std::vector<Segment> longer(segments.begin(), segments.end());
  longer.push_back({count, more});
  return states(at::constant_pad_nd(tokens, {0, more}), longer, checkpoint,
                noise.defined() ? at::constant_pad_nd(noise, {0, 0, 0, more}) : noise)
      .narrow(0, 0, count);
}

at::Tensor Decoder::states(const at::Tensor& tokens, std::span<const Segment> segments, bool checkpoint,
                           const at::Tensor& noise) const {
  RotaryAngles angles, local_angles;
  if (config_.turns_heads()) angles = rotary_.angles(segments).to(device());
  if (config_.local_rope_theta > 0) local_angles = local_rotary_.angles(segments).to(device());
  at::Tensor key_bias = alibi(config_, segments);
  if (key_bias.defined()) key_bias = key_bias.to(device());
  at::Tensor x = embed(tokens, segments, noise);
  for (int i = 0; i < config_.layers; ++i) {
    const LayerOptions& options = config_.layer_options[i];
    const RotaryAngles& chosen = options.window > 0 && config_.local_rope_theta > 0 ? local_angles : angles;
    const bool turns = config_.turns_heads() && options.rotary;
    if (checkpoint && at::GradMode::is_enabled()) {
      // Copies, because the backward pass runs when this call's arguments are gone; tensors in them are shared.
      x = recompute(x, layers_[i].trainable(),
                    [this, i, turns, chosen, key_bias,
                     kept = std::vector<Segment>(segments.begin(), segments.end())](const at::Tensor& input) {
                      return run_layer({config_, layers_[i], i, kept, turns ? &chosen : nullptr, key_bias}, input);
                    });
    } else {
      x = run_layer({config_, layers_[i], i, segments, turns ? &chosen : nullptr, key_bias}, x);
    }
  }
  return final_norm_(x);
}

at::Tensor Decoder::logits(const at::Tensor& hidden) const { return head_.logits(hidden); }

}  // namespace llmops::model
