// Greedy choice, temperature, top-k, top-p and OpenAI's penalties.
#include "infer/sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace llmops::infer {
namespace {

/// The first of equals.
TokenId argmax(std::span<const float> logits) {
  return static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

/// A damaged model gives NaN, from which any choice would be made up.
void check_finite(double value) {
  if (!std::isfinite(value))
    throw InputError("the model's logits are not finite numbers", "its weights may be damaged");
}

/// ln sum exp, in float64 so that the order of V small terms does not show.
double log_sum_exp(std::span<const float> logits) {
  const float highest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - highest);
  return highest + std::log(sum);
}

/// Moves the `count` likeliest of `order` to its front, sorted.
void sort_front(std::vector<TokenId>& order, std::span<const float> logits, std::size_t count) {
  const auto likelier = [&](TokenId a, TokenId b) {
    return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
  };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), likelier);
}

std::vector<TokenId> all_tokens(std::size_t count) {
  std::vector<TokenId> order(count);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

void fill_logprobs(TokenLogprob& chosen, std::span<const float> logits, int top) {
  const double normalizer = log_sum_exp(logits);
  const auto logprob = [&](TokenId id) { return static_cast<float>(logits[id] - normalizer); };
  chosen.logprob = logprob(chosen.id);
  if (top <= 0) return;
  std::vector<TokenId> order = all_tokens(logits.size());
  const std::size_t count = std::min<std::size_t>(top, order.size());
  sort_front(order, logits, count);
  for (std::size_t i = 0; i < count; ++i) chosen.top.emplace_back(order[i], logprob(order[i]));
}

/// The likeliest tokens whose probabilities reach `top_p`. Sorts a growing front instead of the whole vocabulary.
/// @param weights  unnormalised probabilities by token @param total  their sum over `order`
std::vector<TokenId> nucleus(std::vector<TokenId> order, std::span<const float> weights, double total, double top_p) {
  for (std::size_t front = 64;; front *= 8) {
    front = std::min(front, order.size());
    sort_front(order, weights, front);
    double reached = 0;
    for (std::size_t i = 0; i < front; ++i) {
      reached += weights[order[i]];
      if (reached >= top_p * total || i + 1 == order.size()) {
        order.resize(i + 1);
        return order;
      }
    }
  }
}

}  // namespace

void check_sampling(const SamplingOptions& o) {
  const auto require = [](bool holds, const char* name, auto value, const char* expected) {
    if (!holds) throw InputError(fmt::format("'{}' is {}, expected {}", name, value, expected));
  };
  require(o.max_tokens >= 1, "max_tokens", o.max_tokens, "at least 1");
  require(o.temperature >= 0 && o.temperature <= 100, "temperature", o.temperature, "0 to 100");
  require(o.top_p > 0 && o.top_p <= 1, "top_p", o.top_p, "above 0 and at most 1");
  require(o.top_k >= 0, "top_k", o.top_k, "at least 0");
  require(std::isfinite(o.frequency_penalty), "frequency_penalty", o.frequency_penalty, "a finite number");
  require(std::isfinite(o.presence_penalty), "presence_penalty", o.presence_penalty, "a finite number");
  for (const std::string& stop : o.stop) require(!stop.empty(), "stop", "\"\"", "a text of at least one character");
}

Sampler::Sampler(const SamplingOptions& options) : options_(options), random_(options.seed) {}

double Sampler::uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

void Sampler::apply_penalties(std::span<float> logits) const {
  for (const auto& [id, count] : counts_) {
    logits[id] -= static_cast<float>(count * options_.frequency_penalty + options_.presence_penalty);
  }
}

/// Logits become unnormalised probabilities on the way.
TokenId Sampler::draw(std::span<float> logits) {
  const float highest = *std::max_element(logits.begin(), logits.end());
  std::vector<TokenId> kept = all_tokens(logits.size());
  if (options_.top_k > 0 && static_cast<std::size_t>(options_.top_k) < kept.size()) {
    sort_front(kept, logits, options_.top_k);
    kept.resize(options_.top_k);
  }
  const float scale = static_cast<float>(1 / options_.temperature);
  double total = 0;
  for (const TokenId id : kept) total += logits[id] = std::exp((logits[id] - highest) * scale);
  check_finite(total);
  if (options_.top_p < 1) {
    kept = nucleus(std::move(kept), logits, total, options_.top_p);
    total = 0;
    for (const TokenId id : kept) total += logits[id];
  }
  double left = uniform() * total;
  for (const TokenId id : kept) {
    left -= logits[id];
    if (left < 0) return id;
  }
  return kept.back();  // rounding kept the sum just below the total
}

TokenLogprob Sampler::sample(std::span<float> logits) {
  std::vector<float> original;
  if (options_.top_logprobs >= 0) original.assign(logits.begin(), logits.end());
  apply_penalties(logits);
  TokenLogprob chosen;
  chosen.id = options_.temperature == 0 ? argmax(logits) : draw(logits);
  check_finite(logits[chosen.id]);
  if (options_.frequency_penalty != 0 || options_.presence_penalty != 0) ++counts_[chosen.id];
  if (options_.top_logprobs >= 0) fill_logprobs(chosen, original, options_.top_logprobs);
  return chosen;
}

}  // namespace llmops::infer
