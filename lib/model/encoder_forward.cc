// The encoder's forward pass.
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "model/activation.h"
#include "model/encoder.h"

namespace llmops::model {

/// Sequences [begin, begin + count * length) of the token axis.
struct Encoder::Run {
  std::int64_t begin = 0, count = 0, length = 0;
  at::Tensor bias;  ///< (H, length, length) added to the scores, or undefined
};

namespace {

void check_input(const EncoderConfig& config, const at::Tensor& tokens, std::span<const std::int64_t> lengths) {
  std::int64_t total = 0;
  for (const std::int64_t length : lengths) {
    if (length < 1 || length > config.max_tokens()) {
      throw InputError(fmt::format("encoder: a sequence of {} tokens, expected 1 to {}", length, config.max_tokens()));
    }
    total += length;
  }
  if (tokens.dim() != 1 || tokens.size(0) != total || total == 0)
    throw InputError(fmt::format("encoder: sequences of {} tokens in all, given are {}", total, tokens.numel()));
  const auto [low, high] = at::aminmax(tokens);
  const auto lowest = low.item<std::int64_t>(), highest = high.item<std::int64_t>();
  if (lowest < 0 || highest >= config.vocab_size) {
    throw InputError(fmt::format("encoder: token {} is outside the vocabulary of {}", lowest < 0 ? lowest : highest,
                                 config.vocab_size));
  }
}

/// Rows of the position table. RoBERTa's do not count padding tokens, which an input may hold as text ("<pad>").
at::Tensor position_rows(const at::Tensor& tokens, std::span<const std::int64_t> lengths, std::int64_t padding) {
  at::Tensor rows = at::empty_like(tokens);
  auto* row = rows.data_ptr<std::int64_t>();
  const auto* token = tokens.const_data_ptr<std::int64_t>();
  for (const std::int64_t length : lengths) {
    std::int64_t next = padding + 1;
    for (std::int64_t i = 0; i < length; ++i, ++token) *row++ = *token == padding ? padding : next++;
  }
  return rows;
}

/// The bucket of a key `distance` tokens before (below 0: behind) its query: exact near by, logarithmic further off.
/// Raffel et al., 2020, "T5", as MPNet has it.
std::int64_t distance_bucket(std::int64_t distance) {
  constexpr std::int64_t kHalf = 16, kExact = 8, kMaxDistance = 128;
  const std::int64_t side = distance < 0 ? kHalf : 0, n = std::abs(distance);
  if (n < kExact) return side + n;
  const float scaled =
      std::log(static_cast<float>(n) / kExact) / static_cast<float>(std::log(kMaxDistance / kExact)) * (kHalf - kExact);
  return side + std::min(kHalf - 1, kExact + static_cast<std::int64_t>(scaled));
}

}  // namespace

at::Tensor Encoder::position_bias(std::int64_t length) const {
  at::Tensor buckets = at::empty({length, length}, at::kLong);
  auto* bucket = buckets.data_ptr<std::int64_t>();
  for (std::int64_t query = 0; query < length; ++query) {
    for (std::int64_t key = 0; key < length; ++key) *bucket++ = distance_bucket(query - key);
  }
  return at::embedding(relative_bias_, buckets).permute({2, 0, 1}).contiguous();
}

at::Tensor Encoder::norm(const at::Tensor& x, const LayerNorm& norm) const {
  return at::layer_norm(x, {x.size(-1)}, norm.weight, norm.bias, config_.norm_epsilon);
}

at::Tensor Encoder::embed(const at::Tensor& tokens, std::span<const std::int64_t> lengths) const {
  at::Tensor x = at::embedding(words_, tokens);
  x.add_(at::embedding(positions_, position_rows(tokens, lengths, config_.padding_id)));
  x = norm(x, embedding_norm_);
  return projection_.weight.defined() ? projection_(x) : x;
}

/// @param qkv  (N, 3C) @returns (N, C)
at::Tensor Encoder::attend(const at::Tensor& qkv, std::span<const Run> runs) const {
  const std::int64_t heads = config_.heads, width = config_.hidden_size;
  std::vector<at::Tensor> parts;
  parts.reserve(runs.size());
  for (const Run& run : runs) {
    const at::Tensor all = qkv.narrow(0, run.begin, run.count * run.length)
                               .view({run.count, run.length, 3, heads, width / heads})
                               .permute({2, 0, 3, 1, 4});  // (3, count, H, length, D)
    std::optional<at::Tensor> mask;
    if (run.bias.defined()) mask = run.bias.expand({run.count, heads, run.length, run.length});
    parts.push_back(at::scaled_dot_product_attention(all[0], all[1], all[2], mask)
                        .transpose(1, 2)
                        .reshape({run.count * run.length, width}));
  }
  return parts.size() == 1 ? parts.front() : at::cat(parts);
}

/// @param x  (N, C) @returns (N, C)
at::Tensor Encoder::run_layer(const EncoderLayer& layer, const at::Tensor& x, std::span<const Run> runs) const {
  const at::Tensor middle = norm(layer.output(attend(layer.qkv(x), runs)).add_(x), layer.attention_norm);
  return norm(layer.down(activate(layer.up(middle), config_.activation)).add_(middle), layer.output_norm);
}

at::Tensor Encoder::hidden(const at::Tensor& tokens, std::span<const std::int64_t> lengths) const {
  const at::NoGradGuard no_grad;
  check_input(config_, tokens, lengths);
  std::vector<Run> runs;
  std::int64_t begin = 0;
  for (const std::int64_t length : lengths) {
    if (runs.empty() || runs.back().length != length) {
      runs.push_back({begin, 0, length, relative_bias_.defined() ? position_bias(length) : at::Tensor()});
    }
    ++runs.back().count;
    begin += length;
  }
  at::Tensor x = embed(tokens.contiguous(), lengths);
  for (const EncoderLayer& layer : layers_) x = run_layer(layer, x, runs);
  return x;
}

}  // namespace llmops::model
