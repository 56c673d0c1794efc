// The decoder's forward pass.
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include "core/error.h"
#include "model/attention.h"
#include "model/decoder.h"
#include "model/recompute.h"
#include "ops/rms_norm.h"
#include "ops/rotary.h"
#include "ops/swiglu.h"

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

/// What a layer needs besides its input.
struct LayerCall {
  const ModelConfig& config;
  const DecoderLayer& layer;
  int index;
  std::span<const Segment> segments;
  const RotaryAngles& angles;
};

/// @param x  (N, C), normalised @returns (N, C)
at::Tensor self_attention(const LayerCall& call, const at::Tensor& x) {
  const ModelConfig& config = call.config;
  const DecoderLayer& layer = call.layer;
  at::Tensor q = layer.q_proj(x).view({-1, config.heads, config.head_size});
  at::Tensor k = layer.k_proj(x).view({-1, config.kv_heads, config.head_size});
  const at::Tensor v = layer.v_proj(x).view({-1, config.kv_heads, config.head_size});
  if (layer.q_norm.defined()) {
    q = ops::rms_norm(q, layer.q_norm, config.rms_epsilon);
    k = ops::rms_norm(k, layer.k_norm, config.rms_epsilon);
  }
  q = ops::rotate(q, call.angles.cos, call.angles.sin);
  k = ops::rotate(k, call.angles.cos, call.angles.sin);
  const int window = call.index >= config.first_sliding_layer ? config.sliding_window : 0;
  return layer.o_proj(attend(q, k, v, call.segments, call.index, window));
}

/// @param x  (N, C) @returns (N, C)
at::Tensor run_layer(const LayerCall& call, const at::Tensor& x) {
  const DecoderLayer& layer = call.layer;
  const double epsilon = call.config.rms_epsilon;
  const at::Tensor middle = x + self_attention(call, ops::rms_norm(x, layer.input_norm, epsilon));
  const at::Tensor normed = ops::rms_norm(middle, layer.post_attention_norm, epsilon);
  return middle + layer.down_proj(ops::swiglu(layer.gate_proj(normed), layer.up_proj(normed)));
}

/// Adapter weights of a layer: what its recomputation must give gradients to.
std::vector<at::Tensor> trainable(const DecoderLayer& layer) {
  std::vector<at::Tensor> found;
  for (const Linear* linear : {&layer.q_proj, &layer.k_proj, &layer.v_proj, &layer.o_proj, &layer.gate_proj,
                               &layer.up_proj, &layer.down_proj}) {
    if (!linear->lora) continue;
    found.push_back(linear->lora->a);
    found.push_back(linear->lora->b);
  }
  return found;
}

}  // namespace

at::Tensor Decoder::hidden(const at::Tensor& tokens, std::span<const Segment> segments, bool checkpoint) const {
  check_input(config_, tokens, segments);
  for (const Segment& segment : segments) {
    if (segment.cache != nullptr) segment.cache->reserve(config_, segment.past() + segment.length, dtype_);
  }
  const RotaryAngles angles = rotary_.angles(segments);
  at::Tensor x = at::embedding(embedding_, tokens);
  for (int i = 0; i < config_.layers; ++i) {
    if (checkpoint && at::GradMode::is_enabled()) {
      // Copies, because the backward pass runs when this call's arguments are gone; tensors in them are shared.
      x = recompute(x, trainable(layers_[i]),
                    [this, i, angles, kept = std::vector<Segment>(segments.begin(), segments.end())](
                        const at::Tensor& input) { return run_layer({config_, layers_[i], i, kept, angles}, input); });
    } else {
      x = run_layer({config_, layers_[i], i, segments, angles}, x);
    }
  }
  for (const Segment& segment : segments) {
    if (segment.cache != nullptr) segment.cache->length += segment.length;
  }
  return ops::rms_norm(x, final_norm_, config_.rms_epsilon);
}

at::Tensor Decoder::logits(const at::Tensor& hidden) const { return at::linear(hidden, head_).to(at::kFloat); }

}  // namespace llmops::model
