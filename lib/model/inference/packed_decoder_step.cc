// A step of the inference decoder.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "model/alibi.h"
#include "model/inference/packed_decoder.h"
#include "model/tensor_file.h"
#include "ops/matmul.h"
#include "ops/row_ops.h"

namespace llmops::model {
namespace {

void check_segment(const ModelConfig& config, const ops::AttentionSegment& segment, std::int64_t next,
                   const KvStore& store) {
  if (segment.begin != next || segment.length < 1 || segment.past < 0) {
    throw InputError(fmt::format("decoder: segment at {} of length {} does not follow token {}", segment.begin,
                                 segment.length, next));
  }
  const std::int64_t end = segment.past + segment.length;
  if (config.positions == PositionKind::kLearned && end > config.max_position) {
    throw InputError(fmt::format("decoder: a sequence of {} tokens, but the model knows only {} positions", end,
                                 config.max_position));
  }
  if (static_cast<std::int64_t>(segment.blocks.size()) * ops::kBlockTokens < end) {
    throw InputError(fmt::format("decoder: {} blocks have no room for {} tokens", segment.blocks.size(), end));
  }
  for (const std::int32_t block : segment.blocks) {
    if (block < 0 || block >= store.blocks()) {
      throw InputError(fmt::format("decoder: block {} is not one of {}", block, store.blocks()));
    }
  }
}

}  // namespace

void PackedDecoder::check(std::span<const text::TokenId> tokens, std::span<const ops::AttentionSegment> segments,
                          const KvStore& store, std::span<const SequenceTraits> traits) const {
  std::int64_t next = 0;
  for (const ops::AttentionSegment& segment : segments) {
    check_segment(config_, segment, next, store);
    next += segment.length;
  }
  if (static_cast<std::int64_t>(tokens.size()) != next || next == 0) {
    throw InputError(fmt::format("decoder: segments cover {} tokens, given are {}", next, tokens.size()));
  }
  for (const text::TokenId token : tokens) {
    if (token < 0 || token >= config_.vocab_size) {
      throw InputError(fmt::format("decoder: token {} is outside the vocabulary of {}", token, config_.vocab_size));
    }
  }
  if (!traits.empty() && traits.size() != segments.size()) {
    throw InputError(fmt::format("decoder: traits of {} sequences for {} segments", traits.size(), segments.size()));
  }
  for (std::size_t s = 0; s < traits.size(); ++s) {
    const int adapter = traits[s].adapter;
    if (adapter < -1 || adapter >= static_cast<int>(adapters_.size())) {
      throw InputError(fmt::format("decoder: adapter {} is not one of {}", adapter, adapters_.size()));
    }
    if (only_adapter_ && adapter != 0) {
      throw InputError(fmt::format("adapter '{}' keeps whole modules of its own: the model without it is not in memory",
                                   adapters_[0]->path),
                       "open the base model by itself");
    }
    const std::int64_t past = segments[s].past, prompt = traits[s].prompt;
    if (past < prompt && past + segments[s].length > prompt) {
      throw InputError(fmt::format("decoder: segment at {} holds the end of a prompt of {} tokens", past, prompt));
    }
    if (s > 0 && past >= prompt && segments[s - 1].past < traits[s - 1].prompt) {
      throw InputError("decoder: a segment that the model wrote follows one of a prompt");
    }
  }
  const ops::CacheLayer layer = store.layer(0);
  if (layer.kv_heads != config_.kv_heads || layer.head_size != config_.head_size ||
      layer.stride != layer.block_bytes() * static_cast<std::size_t>(config_.layers)) {
    throw InputError("decoder: keys and values are those of another model");
  }
}

void PackedDecoder::begin_step(std::span<const ops::AttentionSegment> segments,
                               std::span<const SequenceTraits> traits) {
  step_.segments = segments;
  step_.decoded = 0;
  step_.lengths.clear();
  step_.segment_of.clear();
  step_.runs.clear();
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const ops::AttentionSegment& segment = segments[s];
    step_.segment_of.insert(step_.segment_of.end(), static_cast<std::size_t>(segment.length), static_cast<int>(s));
    const SequenceTraits sequence = traits.empty() ? SequenceTraits{default_adapter_ ? 0 : -1} : traits[s];
    step_.lengths.push_back(sequence.length > 0 ? sequence.length : segment.past + segment.length);
    if (segment.past >= sequence.prompt) step_.decoded = segment.begin + segment.length;
    const int adapter = sequence.adapter;
    if (adapter < 0) continue;
    const PackedAdapter* chosen = adapters_[static_cast<std::size_t>(adapter)].get();
    const bool joins = !step_.runs.empty() && step_.runs.back().adapter == chosen &&
                       step_.runs.back().begin + step_.runs.back().length == segment.begin;
    if (joins) {
      step_.runs.back().length += segment.length;
    } else {
      step_.runs.push_back({segment.begin, segment.length, chosen});
    }
  }
  step_.tokens = static_cast<std::int64_t>(step_.segment_of.size());
  if (config_.turns_heads()) {
    fill_angles(step_, rotary_, step_.angles);
    if (config_.local_rope_theta > 0) fill_angles(step_, local_rotary_, step_.local_angles);
  }
  if (config_.positions == PositionKind::kAlibi) fill_key_bias();
}

void PackedDecoder::fill_key_bias() {
  std::int64_t longest = 0;
  for (const ops::AttentionSegment& segment : step_.segments) {
    longest = std::max(longest, segment.past + segment.length);
  }
  if (longest > key_bias_positions_) {
    // In whole blocks, as attention reads them.
    key_bias_positions_ = (2 * longest + ops::kBlockTokens - 1) / ops::kBlockTokens * ops::kBlockTokens;
    key_bias_ = alibi_biases(config_, key_bias_positions_);
  }
  step_.key_bias = key_bias_.data();
  step_.key_bias_stride = key_bias_positions_;
}

void PackedDecoder::embed(std::span<const text::TokenId> tokens) {
  const std::int64_t width = config_.hidden_size;
  auto scale = static_cast<float>(config_.embedding_scale);
  if (config_.rounded_embedding_scale && dense_ == ops::PackedFormat::kBf16) {
    scale = bfloat16_to_float(float_to_bfloat16(scale));
  }
  float *x = step_.x.of(step_.tokens * width), *normed = step_.normed.of(step_.tokens * width);
  step_.each_row(step_.tokens, [&](std::int64_t token) {
    float* row = x + token * width;
    float* room = normed + token * width;
    embedding_.get_row(tokens[static_cast<std::size_t>(token)], {row, static_cast<std::size_t>(width)});
    if (scale != 1) {
      for (std::int64_t c = 0; c < width; ++c) row[c] *= scale;
    }
    if (positions_) {
      positions_.get_row(step_.position(token) + config_.position_offset, {room, static_cast<std::size_t>(width)});
      ops::add_scaled(row, room, 1, width);
    }
    embedding_norm_(row, row, 1, width);
    layers_[0].attention_in(row, room, 1, width);
  });
}

void PackedDecoder::add_change(float* x, float* change, const PackedLinear& linear, const RowNorm& norm) const {
  add_bias(linear, change);
  norm(change, change, 1, config_.hidden_size);
  ops::add_scaled(x, change, static_cast<float>(config_.residual_scale), config_.hidden_size);
}

/// From step_.normed, which holds attention_in(x), to the same of the layer that follows.
void PackedDecoder::run_layer(int index, const ops::CacheLayer& cache) {
  const PackedLayer& layer = layers_[static_cast<std::size_t>(index)];
  const LayerOptions& options = config_.layer_options[static_cast<std::size_t>(index)];
  const RowNorm& next =
      index + 1 < config_.layers ? layers_[static_cast<std::size_t>(index) + 1].attention_in : final_norm_;
  const std::int64_t width = config_.hidden_size;
  self_attention(step_, layer, options, cache);
  float *x = step_.x.of(0), *normed = step_.normed.of(0), *projected = step_.projected.of(0);
  if (!config_.parallel || !config_.shared_norm) {
    step_.each_row(step_.tokens, [&](std::int64_t token) {
      const std::int64_t row = token * width;
      if (!config_.parallel) add_change(x + row, projected + row, layer.o_proj, layer.attention_out);
      layer.mlp_in(x + row, normed + row, 1, width);
    });
  }
  feed_forward(step_, layer, options);
  float* fed = step_.fed.of(0);
  step_.each_row(step_.tokens, [&](std::int64_t token) {
    const std::int64_t row = token * width;
    if (config_.parallel) add_change(x + row, projected + row, layer.o_proj, layer.attention_out);
    add_change(x + row, fed + row, layer.mlp.down, layer.mlp_out);
    next(x + row, normed + row, 1, width);
  });
}

std::span<const float> PackedDecoder::hidden(std::span<const text::TokenId> tokens,
                                             std::span<const ops::AttentionSegment> segments, KvStore& store,
                                             std::span<const SequenceTraits> traits) {
  check(tokens, segments, store, traits);
  begin_step(segments, traits);
  embed(tokens);
  for (int i = 0; i < config_.layers; ++i) run_layer(i, store.layer(i));
  return {step_.normed.of(0), tokens.size() * static_cast<std::size_t>(config_.hidden_size)};
}

void PackedDecoder::logits(std::span<const float> hidden, std::int64_t decoded, std::span<float> logits) {
  const auto width = static_cast<std::size_t>(config_.hidden_size),
             outputs = static_cast<std::size_t>(config_.outputs());
  const std::size_t rows = hidden.size() / width;
  if (hidden.size() != rows * width || logits.size() != rows * outputs) {
    throw InputError(fmt::format("decoder: {} logits for {} hidden values", logits.size(), hidden.size()));
  }
  ops::Activations x(hidden.data(), static_cast<std::int64_t>(rows), config_.hidden_size, decoded);
  ops::matmul(pool_, head_.weight ? head_.weight : embedding_, x, logits.data());
  if (head_.bias.empty() && config_.logit_scale == 1 && config_.logit_softcap == 0) return;
  step_.each_row(static_cast<std::int64_t>(rows), [&](std::int64_t index) {
    float* row = logits.data() + static_cast<std::size_t>(index) * outputs;
    add_bias(head_, row);
    if (config_.logit_scale != 1) {
      for (std::size_t i = 0; i < outputs; ++i) row[i] *= static_cast<float>(config_.logit_scale);
    }
    if (config_.logit_softcap > 0) {
      ops::softcap_row(row, static_cast<float>(config_.logit_softcap), config_.outputs());
    }
  });
}

}  // namespace llmops::model
