// The table of metrics.
#include "eval/measure.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "eval/metrics/bleu.h"
#include "eval/metrics/chrf.h"
#include "eval/metrics/json_match.h"
#include "eval/metrics/rouge.h"
#include "eval/metrics/text_match.h"

namespace llmops::eval {
namespace {

using enum OutputType;

constexpr MeasureFacts kMeasures[] = {
    {"acc", kMultipleChoice, true, "mean"},
    {"acc_norm", kMultipleChoice, true, "mean"},
    {"acc", kLoglikelihood, true, "mean"},
    {"perplexity", kLoglikelihood, false, "perplexity"},
    {"word_perplexity", kLoglikelihoodRolling, false, "weighted_perplexity"},
    {"byte_perplexity", kLoglikelihoodRolling, false, "weighted_perplexity"},
    {"bits_per_byte", kLoglikelihoodRolling, false, "bits_per_byte"},
    {"token_perplexity", kLoglikelihoodRolling, false, "weighted_perplexity"},
    {"exact_match", kGenerateUntil, true, "mean"},
    {"json_valid", kGenerateUntil, true, "mean"},
    {"json_exact", kGenerateUntil, true, "mean"},
    {"json_fields", kGenerateUntil, true, "mean"},
    {"f1", kGenerateUntil, true, "mean"},
    {"bleu", kGenerateUntil, true, "bleu"},
    {"chrf", kGenerateUntil, true, "chrf"},
    {"rouge1", kGenerateUntil, true, "mean"},
    {"rouge2", kGenerateUntil, true, "mean"},
    {"rougeL", kGenerateUntil, true, "mean"},
    {"rougeLsum", kGenerateUntil, true, "mean"},
};

/// The first of the largest, as numpy's argmax; NaN cannot come here (the runner counts it as an error).
std::size_t first_largest(const std::vector<double>& values) {
  return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

double acc(const Evidence& evidence) { return first_largest(evidence.choice_logprobs) == evidence.gold ? 1 : 0; }

double acc_norm(const Evidence& evidence) {
  std::vector<double> normed = evidence.choice_logprobs;
  for (std::size_t i = 0; i < normed.size(); ++i) {
    // numpy divides by a length of 0 too: -inf, never chosen.
    normed[i] /= static_cast<double>(evidence.choice_characters[i]);
  }
  return first_largest(normed) == evidence.gold ? 1 : 0;
}

/// Rows of (log-likelihood, weight).
double weighted_perplexity(std::span<const double> sums) { return std::exp(-sums[0] / sums[1]); }
double bits_per_byte(std::span<const double> sums) { return -sums[0] / sums[1] / std::numbers::ln2; }

Measure mean_of_one(const MeasureFacts& facts, std::function<double(const Evidence&)> value) {
  return {
      facts, [value = std::move(value)](const Evidence& evidence) { return std::vector<double>{value(evidence)}; }, {}};
}

Measure weighted(const MeasureFacts& facts, double Evidence::* weight, double (*finish)(std::span<const double>)) {
  return {facts, [weight](const Evidence& evidence) { return std::vector<double>{evidence.logprob, evidence.*weight}; },
          finish};
}

/// The reference that suits the answer best counts.
template <typename Score>
Measure best_reference(const MeasureFacts& facts, Score score) {
  return mean_of_one(facts, [score](const Evidence& evidence) {
    double best = 0;
    for (const std::string& reference : evidence.references) {
      best = std::max(best, static_cast<double>(score(evidence.output, reference)));
    }
    return best;
  });
}

Measure make_exact_match(const MeasureFacts& facts, const MetricSpec& spec) {
  auto options = std::make_shared<MatchOptions>();
  options->ignore_case = spec.ignore_case;
  options->ignore_punctuation = spec.ignore_punctuation;
  options->ignore_numbers = spec.ignore_numbers;
  for (const std::string& pattern : spec.regexes_to_ignore) {
    options->regexes_to_ignore.emplace_back(pattern, "regexes_to_ignore");
  }
  return best_reference(facts, [options](const std::string& output, const std::string& reference) {
    return exact_match(output, reference, *options);
  });
}

Measure make_likelihood_measure(const MeasureFacts& facts) {
  const std::string name = facts.name;
  if (facts.output_type == kMultipleChoice) return mean_of_one(facts, name == "acc" ? acc : acc_norm);
  if (name == "acc") return mean_of_one(facts, [](const Evidence& evidence) { return evidence.greedy ? 1.0 : 0.0; });
  if (name == "perplexity") {
    return {facts, [](const Evidence& evidence) { return std::vector<double>{evidence.logprob, 1}; },
            weighted_perplexity};
  }
  if (name == "word_perplexity") return weighted(facts, &Evidence::words, weighted_perplexity);
  if (name == "token_perplexity") return weighted(facts, &Evidence::tokens, weighted_perplexity);
  return weighted(facts, &Evidence::bytes, name == "bits_per_byte" ? bits_per_byte : weighted_perplexity);
}

Measure make_text_measure(const MeasureFacts& facts, const MetricSpec& spec) {
  const std::string name = facts.name;
  if (name == "exact_match") return make_exact_match(facts, spec);
  if (name == "json_valid") {
    return mean_of_one(facts, [](const Evidence& evidence) { return json_valid(evidence.output) ? 1.0 : 0.0; });
  }
  if (name == "json_exact") return best_reference(facts, json_exact);
  if (name == "json_fields") return best_reference(facts, json_fields);
  if (name == "f1") return best_reference(facts, word_f1);
  if (name == "rougeL") return best_reference(facts, rouge_l);
  if (name == "rougeLsum") return best_reference(facts, rouge_lsum);
  if (name == "bleu") {
    return {facts, [](const Evidence& e) { return bleu_statistics(e.output, e.references); }, bleu_score};
  }
  if (name == "chrf") {
    return {facts, [](const Evidence& e) { return chrf_statistics(e.output, e.references); }, chrf_score};
  }
  const std::size_t order = name == "rouge1" ? 1 : 2;
  return best_reference(facts, [order](const std::string& output, const std::string& reference) {
    return rouge_n(output, reference, order);
  });
}

}  // namespace

const MeasureFacts* find_measure(const std::string& name, OutputType type) {
  for (const MeasureFacts& facts : kMeasures) {
    if (facts.output_type == type && name == facts.name) return &facts;
  }
  return nullptr;
}

std::vector<std::string> measure_names(OutputType type) {
  std::vector<std::string> names;
  for (const MeasureFacts& facts : kMeasures) {
    if (facts.output_type == type) names.emplace_back(facts.name);
  }
  return names;
}

std::vector<std::string> default_measures(OutputType type) {
  return type == kGenerateUntil ? std::vector<std::string>{"exact_match"} : measure_names(type);
}

Measure make_measure(const MetricSpec& spec, OutputType type) {
  const MeasureFacts* facts = find_measure(spec.name, type);
  if (facts == nullptr) throw ConfigError("unknown metric '" + spec.name + "'");
  return type == kGenerateUntil ? make_text_measure(*facts, spec) : make_likelihood_measure(*facts);
}

}  // namespace llmops::eval
