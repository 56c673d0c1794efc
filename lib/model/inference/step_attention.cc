// The attention part of a layer.
#include "model/inference/decoder_step.h"
#include "ops/activation_rows.h"
#include "ops/row_ops.h"

namespace llmops::model {
namespace {

/// Where queries, keys and values lie in a row of step.qkv.
struct HeadRow {
  explicit HeadRow(const ModelConfig& config)
      : queries(std::int64_t{config.heads} * config.head_size),
        keys(std::int64_t{config.kv_heads} * config.head_size) {}
  std::int64_t queries, keys;  ///< elements
  std::int64_t width() const { return queries + 2 * keys; }
};

/// @param heads  (H, D) of one token
void norm_heads(const ModelConfig& config, const RowNorm& norm, float* heads, std::int64_t count) {
  if (!norm.present) return;
  const std::int64_t size = config.head_size;
  if (config.qk_norm == QkNorm::kWhole) {
    norm(heads, heads, 1, count * size);
  } else {
    norm(heads, heads, count, size);
  }
}

/// From what the matrices give of one token to what attention reads, in place.
void finish_heads(const DecoderStep& step, const PackedLayer& layer, const RotaryRows* angles, std::int64_t token,
                  float* row) {
  const ModelConfig& config = step.config;
  const HeadRow shape(config);
  float *q = row, *k = row + shape.queries;
  add_bias(layer.q_proj, q);
  add_bias(layer.k_proj, k);
  add_bias(layer.v_proj, k + shape.keys);
  add_bias(layer.qkv_proj, row);
  norm_heads(config, layer.q_norm, q, config.heads);
  norm_heads(config, layer.k_norm, k, config.kv_heads);
  if (config.qkv_limit > 0) ops::clamp_row(row, static_cast<float>(config.qkv_limit), shape.width());
  if (angles == nullptr) return;
  const std::int64_t half = config.rotary_size / 2;
  // Queries and keys lie side by side.
  ops::rotate_heads(row, angles->cos.data() + token * half, angles->sin.data() + token * half,
                    config.heads + config.kv_heads, config.head_size, half,
                    config.positions == PositionKind::kRotaryPairs);
}

const RotaryRows* angles_of(const DecoderStep& step, const LayerOptions& options) {
  const bool turns = step.config.turns_heads();
  if (!turns || !options.rotary) return nullptr;
  return options.window > 0 && step.config.local_rope_theta > 0 ? &step.local_angles : &step.angles;
}

void project(DecoderStep& step, const PackedLayer& layer, float* qkv) {
  const HeadRow shape(step.config);
  const StepRows x = step.rows(step.normed.of(0));
  if (layer.qkv_proj.weight) return step.multiply(layer.qkv_proj, x, qkv);
  const LinearJob jobs[] = {
      {&layer.q_proj, qkv}, {&layer.k_proj, qkv + shape.queries}, {&layer.v_proj, qkv + shape.queries + shape.keys}};
  step.multiply(jobs, x, shape.width());
}

}  // namespace

void self_attention(DecoderStep& step, const PackedLayer& layer, const LayerOptions& options,
                    const ops::CacheLayer& cache) {
  const ModelConfig& config = step.config;
  const HeadRow shape(config);
  float* qkv = step.qkv.of(step.tokens * shape.width());
  project(step, layer, qkv);
  const RotaryRows* angles = angles_of(step, options);
  step.each_row(step.tokens, [&](std::int64_t token) {
    finish_heads(step, layer, angles, token, qkv + token * shape.width());
    const auto& segment = step.segments[static_cast<std::size_t>(step.segment_of[static_cast<std::size_t>(token)])];
    const ops::AttentionSegment own{token, 1, step.position(token), segment.blocks};
    const float* keys = qkv + shape.queries;
    ops::store_keys_values(cache, {&own, 1}, keys, keys + shape.keys, shape.width());
  });
  ops::AttentionSettings settings;
  settings.heads = config.heads;
  settings.scale = static_cast<float>(config.attention_scale);
  settings.softcap = static_cast<float>(config.attention_softcap);
  settings.window = options.window;
  settings.key_bias = step.key_bias;
  settings.bias_stride = step.key_bias_stride;
  float* attended = step.attended.of(step.tokens * shape.queries);
  ops::paged_attention(step.pool, cache, step.segments, settings, qkv, shape.width(), attended);
  step.multiply(layer.o_proj, step.rows(attended), step.projected.of(step.tokens * config.hidden_size));
}

}  // namespace llmops::model
