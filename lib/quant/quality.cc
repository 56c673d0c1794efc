// Perplexity, KL divergence and agreement of two models, a few rows of logits at a time.
#include "quant/quality.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/cancel.h"
#include "core/error.h"
#include "ops/row_ops.h"

namespace llmops::quant {
namespace {

using Tokens = std::span<const text::TokenId>;

constexpr std::size_t kRowsPerLogits = 64;  ///< two models' rows of 50,000 logits: about 25 MB

/// At one position.
struct Comparison {
  double original_nll = 0, quantized_nll = 0;  ///< nats
  float divergence = 0;                        ///< nats
  bool same_top = false;
};

struct Sums {
  double original_nll = 0, quantized_nll = 0;
  std::int64_t tokens = 0, same_top = 0;
  std::vector<float> divergences;  ///< one a position

  void add(const Comparison& position) {
    original_nll += position.original_nll;
    quantized_nll += position.quantized_nll;
    divergences.push_back(position.divergence);
    same_top += position.same_top ? 1 : 0;
    ++tokens;
  }
};

/// @param p, q  (V), logits of both models
Comparison compare_rows(std::span<const float> p, std::span<const float> q, text::TokenId target) {
  const auto count = static_cast<std::int64_t>(p.size());
  const double p_sum = ops::log_sum_exp_row(p.data(), count), q_sum = ops::log_sum_exp_row(q.data(), count);
  const auto at = static_cast<std::size_t>(target);
  double divergence = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double logprob = p[i] - p_sum;
    divergence += std::exp(logprob) * (logprob - (q[i] - q_sum));
  }
  const auto top = [](std::span<const float> row) { return std::max_element(row.begin(), row.end()) - row.begin(); };
  return {p_sum - p[at], q_sum - q[at], static_cast<float>(divergence), top(p) == top(q)};
}

/// One of both models: windows at the beginning of a sequence, each for itself.
class Reader {
 public:
  Reader(model::InferenceDecoder& decoder, std::size_t context)
      : decoder_(decoder),
        blocks_((context + ops::kBlockTokens - 1) / ops::kBlockTokens),
        store_(decoder.config(), ops::CacheFormat::kF32, static_cast<std::int32_t>(blocks_.size())) {
    std::iota(blocks_.begin(), blocks_.end(), 0);
  }

  void read(Tokens tokens) {
    const ops::AttentionSegment all{0, static_cast<std::int64_t>(tokens.size()), 0, blocks_};
    hidden_ = decoder_.hidden(tokens, {&all, 1}, store_);
    width_ = hidden_.size() / tokens.size();
  }
  /// @returns (count, V) of the tokens read
  std::span<const float> logits(std::size_t first, std::size_t count) {
    logits_.resize(count * static_cast<std::size_t>(decoder_.config().vocab_size));
    decoder_.logits(hidden_.subspan(first * width_, count * width_), logits_);
    return logits_;
  }

 private:
  model::InferenceDecoder& decoder_;
  std::vector<std::int32_t> blocks_;
  model::KvStore store_;
  std::span<const float> hidden_;
  std::size_t width_ = 0;
  std::vector<float> logits_;
};

void add_window(Sums& sums, Reader& original, Reader& quantized, Tokens tokens, ops::ThreadPool& pool) {
  const Tokens inputs = tokens.first(tokens.size() - 1);
  original.read(inputs);
  quantized.read(inputs);
  for (std::size_t first = 0; first < inputs.size(); first += kRowsPerLogits) {
    const std::size_t count = std::min(kRowsPerLogits, inputs.size() - first);
    const std::span<const float> p = original.logits(first, count), q = quantized.logits(first, count);
    const std::size_t width = p.size() / count;
    std::vector<Comparison> found(count);
    pool.run(static_cast<std::int64_t>(count), [&](std::int64_t task, int) {
      const auto row = static_cast<std::size_t>(task);
      found[row] = compare_rows(p.subspan(row * width, width), q.subspan(row * width, width), tokens[first + row + 1]);
    });
    for (const Comparison& position : found) sums.add(position);
  }
}

QualityReport summarize(Sums sums) {
  QualityReport report;
  report.tokens = sums.tokens;
  const auto count = static_cast<double>(sums.tokens);
  report.perplexity_original = std::exp(sums.original_nll / count);
  report.perplexity_quantized = std::exp(sums.quantized_nll / count);
  std::sort(sums.divergences.begin(), sums.divergences.end());
  for (const float divergence : sums.divergences) report.kl_mean += divergence / count;
  report.kl_p99 = sums.divergences[static_cast<std::size_t>(0.99 * (count - 1))];
  report.kl_max = sums.divergences.back();
  report.same_top_share = static_cast<double>(sums.same_top) / count;
  return report;
}

}  // namespace

QualityReport measure_quality(model::InferenceDecoder& original, model::InferenceDecoder& quantized,
                              const text::Tokenizer& tokenizer, const std::string& text, int most_tokens, int context,
                              Progress& progress) {
  if (context < 2) throw UsageError("a quality window needs at least 2 tokens");
  const auto encoded = tokenizer.encode(text, /*add_special=*/false);
  const Tokens tokens =
      Tokens(encoded).first(std::min(encoded.size(), static_cast<std::size_t>(std::max(0, most_tokens))));
  if (tokens.size() < 2) throw InputError("the quality text has fewer than 2 tokens", "give a longer text");
  const std::size_t window = std::min(static_cast<std::size_t>(context), tokens.size());
  Reader first(original, window), second(quantized, window);
  Sums sums;
  progress.start("comparing", tokens.size(), "tokens");
  for (std::size_t begin = 0; begin + 1 < tokens.size(); begin += window) {
    throw_if_cancelled();
    const std::size_t length = std::min(window, tokens.size() - begin);
    add_window(sums, first, second, tokens.subspan(begin, length), original.pool());
    progress.update(static_cast<std::uint64_t>(begin + length));
  }
  progress.finish();
  return summarize(std::move(sums));
}

}  // namespace llmops::quant
