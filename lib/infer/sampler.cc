// Greedy choice, temperature, min-p, top-k, top-p and penalties.
#include "infer/sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.h"
#include "infer/candidates.h"
#include "ops/row_ops.h"

namespace llmops::infer {
namespace {

constexpr float kLeastWeight = 1e-38F;  ///< above 0: what has no weight was forbidden
constexpr double kGreedyBelow = 1e-6;   ///< temperature; its inverse stays a number in float32

std::int64_t size_of(std::span<const float> row) { return static_cast<std::int64_t>(row.size()); }

/// A damaged model gives NaN, from which any choice would be made up.
void check_finite(bool finite) {
  if (!finite) throw InputError("the model's logits are not finite numbers", "its weights may be damaged");
}

/// In integers, which compilers turn into vector instructions.
bool has_nan(std::span<const float> row) {
  std::uint32_t found = 0;
  for (const float value : row) found |= (std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFF) > 0x7F800000 ? 1U : 0U;
  return found != 0;
}

void forbid_others(std::span<float> logits, std::span<const std::uint32_t> allowed) {
  for (std::size_t word = 0; word * 32 < logits.size(); ++word) {
    const std::uint32_t bits = word < allowed.size() ? allowed[word] : 0;
    if (bits == ~std::uint32_t{0}) continue;
    const std::size_t end = std::min(logits.size(), word * 32 + 32);
    for (std::size_t i = word * 32; i < end; ++i) {
      if ((bits >> (i % 32) & 1) == 0) logits[i] = -INFINITY;
    }
  }
}

void fill_logprobs(TokenLogprob& chosen, std::span<const float> logits, int top) {
  const double normalizer = ops::log_sum_exp_row(logits.data(), size_of(logits));
  chosen.logprob = static_cast<float>(logits[chosen.id] - normalizer);
  if (top <= 0) return;
  std::vector<Candidate> best = likeliest(logits, static_cast<std::size_t>(top));
  std::stable_sort(best.begin(), best.end(), [](const auto& a, const auto& b) { return a.logit > b.logit; });
  for (const Candidate& one : best) chosen.top.emplace_back(one.id, static_cast<float>(one.logit - normalizer));
}

/// Logits become probabilities that are not normalised, 1 for the highest.
void to_weights(std::span<float> logits, float highest, double temperature) {
  const float scale = static_cast<float>(1 / temperature);
  for (float& logit : logits) logit = (logit - highest) * scale;
  ops::exp_row(logits.data(), logits.data(), size_of(logits));
}

/// In float64, four sums at once: one alone would wait for each addition.
double sum_of(std::span<const float> row) {
  double sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= row.size(); i += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += row[i + lane];
  }
  for (; i < row.size(); ++i) sums[0] += row[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// The token at `share` of all weights. @param share  [0, 1)
TokenId pick(std::span<const Candidate> candidates, double share) {
  double total = 0;
  for (const Candidate& candidate : candidates) total += candidate.weight;
  double left = share * total;
  for (const Candidate& candidate : candidates) {
    left -= candidate.weight;
    if (left < 0) return candidate.id;
  }
  return candidates.back().id;  // rounding kept the sum just below the total
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
  require(o.min_p >= 0 && o.min_p <= 1, "min_p", o.min_p, "0 to 1");
  require(o.repetition_penalty > 0 && o.repetition_penalty <= 100, "repetition_penalty", o.repetition_penalty,
          "above 0 and at most 100");
  require(std::abs(o.frequency_penalty) <= 100, "frequency_penalty", o.frequency_penalty, "-100 to 100");
  require(std::abs(o.presence_penalty) <= 100, "presence_penalty", o.presence_penalty, "-100 to 100");
  for (const std::string& stop : o.stop) require(!stop.empty(), "stop", "\"\"", "a text of at least one character");
}

Sampler::Sampler(const SamplingOptions& options, std::span<const TokenId> prompt)
    : options_(options), random_(options.seed) {
  if (options_.repetition_penalty == 1) return;
  for (const TokenId id : prompt) counts_[id] = 0;
}

bool Sampler::greedy() const { return options_.temperature < kGreedyBelow; }

Sampler Sampler::guesser() const {
  Sampler made = *this;
  made.options_.top_logprobs = -1;
  return made;
}

double Sampler::uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

void Sampler::apply_penalties(std::span<float> logits) const {
  const auto repetition = static_cast<float>(options_.repetition_penalty);
  for (const auto& [id, count] : counts_) {
    float& logit = logits[id];
    logit = logit > 0 ? logit / repetition : logit * repetition;
    if (count > 0) logit -= static_cast<float>(count * options_.frequency_penalty + options_.presence_penalty);
  }
}

/// Of the whole vocabulary: weights are summed in runs, so that the place of the choice is found by runs too.
TokenId Sampler::draw_of_all(std::span<float> logits, float highest) {
  constexpr std::size_t kRun = 256;
  to_weights(logits, highest, options_.temperature);
  std::vector<double> runs;
  double total = 0;
  for (std::size_t i = 0; i < logits.size(); i += kRun) {
    runs.push_back(sum_of(logits.subspan(i, std::min(kRun, logits.size() - i))));
    total += runs.back();
  }
  double left = uniform() * total;
  std::size_t run = 0;
  for (; run + 1 < runs.size() && left >= runs[run]; ++run) left -= runs[run];
  for (std::size_t i = run * kRun; i < logits.size(); ++i) {
    left -= logits[i];
    if (left < 0) return static_cast<TokenId>(i);
  }
  // Rounding kept the sum just below the total. The last token may have no weight; the likeliest has.
  return static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

/// Of the nucleus of the whole vocabulary. A token below (1 - p) / V of all weight cannot be in it: all such ones
/// together weigh less than 1 - p.
TokenId Sampler::draw_of_nucleus(std::span<float> logits, float highest) {
  to_weights(logits, highest, options_.temperature);
  const double total = sum_of(logits);
  const double lowest = 0.999 * (1 - options_.top_p) * total / static_cast<double>(logits.size());
  std::vector<Candidate> candidates = at_least(logits, std::max(static_cast<float>(lowest), kLeastWeight));
  for (Candidate& one : candidates) one.weight = one.logit;
  keep_nucleus(candidates, options_.top_p * total);
  return pick(candidates, uniform());
}

TokenId Sampler::draw(std::span<float> logits, float highest) {
  const double temperature = options_.temperature;
  const bool top_k = options_.top_k > 0 && static_cast<std::size_t>(options_.top_k) < logits.size();
  if (!top_k && options_.min_p == 0)
    return options_.top_p == 1 ? draw_of_all(logits, highest) : draw_of_nucleus(logits, highest);
  const auto cut = static_cast<float>(highest + temperature * std::log(options_.min_p));
  std::vector<Candidate> candidates = top_k ? likeliest(logits, options_.top_k) : at_least(logits, cut);
  if (top_k) std::erase_if(candidates, [&](const auto& one) { return one.logit < cut || one.logit == -INFINITY; });
  double total = 0;
  for (Candidate& one : candidates)
    total += one.weight = std::exp((static_cast<double>(one.logit) - highest) / temperature);
  if (options_.top_p < 1) keep_nucleus(candidates, options_.top_p * total);
  return pick(candidates, uniform());
}

TokenLogprob Sampler::sample(std::span<float> logits, std::span<const std::uint32_t> allowed) {
  check_finite(!has_nan(logits));
  std::vector<float> original;
  if (options_.top_logprobs >= 0) original.assign(logits.begin(), logits.end());
  apply_penalties(logits);
  if (!allowed.empty()) forbid_others(logits, allowed);
  const float highest = ops::max_of_row(logits.data(), size_of(logits));
  if (!allowed.empty() && highest == -INFINITY) throw InputError("the grammar allows no token here");
  check_finite(std::isfinite(highest));
  TokenLogprob chosen;
  chosen.id = greedy() ? static_cast<TokenId>(std::find(logits.begin(), logits.end(), highest) - logits.begin())
                       : draw(logits, highest);
  if (options_.frequency_penalty != 0 || options_.presence_penalty != 0 || options_.repetition_penalty != 1)
    ++counts_[chosen.id];
  if (options_.top_logprobs >= 0) fill_logprobs(chosen, original, options_.top_logprobs);
  return chosen;
}

}  // namespace llmops::infer
