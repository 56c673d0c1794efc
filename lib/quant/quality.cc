// Perplexity, KL divergence and agreement of two models, a few rows of logits at a time.
#include "quant/quality.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::quant {
namespace {

constexpr std::int64_t kRowsPerLogits = 64;  ///< two models' rows of 50,000 logits and their exponentials: about 50 MB

struct Sums {
  double original_nll = 0, quantized_nll = 0;  ///< nats
  std::int64_t tokens = 0, same_top = 0;
  std::vector<float> divergences;  ///< nats, one a position
};

double negative_log_likelihood(const at::Tensor& logprobs, const at::Tensor& targets) {
  return -logprobs.gather(1, targets.unsqueeze(1)).sum(at::kDouble).item<double>();
}

/// @param p, q  (M, V), log-probabilities of both models @param targets  (M)
void add_rows(Sums& sums, const at::Tensor& p, const at::Tensor& q, const at::Tensor& targets) {
  sums.original_nll += negative_log_likelihood(p, targets);
  sums.quantized_nll += negative_log_likelihood(q, targets);
  const at::Tensor divergence = (p.exp() * (p - q)).sum(1).contiguous();
  sums.divergences.insert(sums.divergences.end(), divergence.const_data_ptr<float>(),
                          divergence.const_data_ptr<float>() + divergence.numel());
  sums.same_top += (p.argmax(1) == q.argmax(1)).sum().item<std::int64_t>();
  sums.tokens += targets.size(0);
}

void add_window(Sums& sums, const model::Decoder& original, const model::Decoder& quantized, const at::Tensor& tokens) {
  const std::int64_t count = tokens.size(0) - 1;
  const model::Segment all{0, count, nullptr};
  const at::Tensor inputs = tokens.narrow(0, 0, count), targets = tokens.narrow(0, 1, count);
  const at::Tensor first = original.hidden(inputs, {&all, 1}), second = quantized.hidden(inputs, {&all, 1});
  for (std::int64_t row = 0; row < count; row += kRowsPerLogits) {
    const std::int64_t rows = std::min(kRowsPerLogits, count - row);
    add_rows(sums, original.logits(first.narrow(0, row, rows)).log_softmax(1),
             quantized.logits(second.narrow(0, row, rows)).log_softmax(1), targets.narrow(0, row, rows));
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

QualityReport measure_quality(const model::Decoder& original, const model::Decoder& quantized,
                              const text::Tokenizer& tokenizer, const std::string& text, int most_tokens, int context,
                              Progress& progress) {
  if (context < 2) throw UsageError("a quality window needs at least 2 tokens");
  const at::NoGradGuard no_grad;
  const auto encoded = tokenizer.encode(text, /*add_special=*/false);
  std::vector<std::int64_t> tokens(encoded.begin(), encoded.end());
  tokens.resize(std::min(tokens.size(), static_cast<std::size_t>(std::max(0, most_tokens))));
  if (tokens.size() < 2) throw InputError("the quality text has fewer than 2 tokens", "give a longer text");
  const at::Tensor all = at::tensor(tokens, at::kLong);
  Sums sums;
  progress.start("comparing", tokens.size(), "tokens");
  for (std::int64_t begin = 0; begin + 1 < all.size(0); begin += context) {
    throw_if_cancelled();
    const std::int64_t length = std::min<std::int64_t>(context, all.size(0) - begin);
    add_window(sums, original, quantized, all.narrow(0, begin, length));
    progress.update(static_cast<std::uint64_t>(begin + length));
  }
  progress.finish();
  return summarize(std::move(sums));
}

}  // namespace llmops::quant
