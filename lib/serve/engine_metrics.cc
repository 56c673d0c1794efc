#include "serve/engine_metrics.h"

#include <functional>

namespace llmops::serve {
namespace {

using infer::EngineStats;
using prometheus::MetricType;

struct EngineMetric {
  const char* name;
  const char* help;
  MetricType type;
  std::function<double(const EngineStats&)> value;
  bool of_guesses = false;  ///< has a label of what made them
};

std::function<double(const EngineStats&)> count(std::uint64_t infer::EngineCounts::* member) {
  return [member](const EngineStats& stats) { return static_cast<double>(stats.counts.*member); };
}

const std::vector<EngineMetric>& table() {
  using infer::EngineCounts;
  static const std::vector<EngineMetric> kTable{
      {"llmops:num_requests_running", "Sequences in the running batch.", MetricType::Gauge,
       [](const EngineStats& stats) { return stats.running; }},
      {"llmops:num_requests_waiting", "Sequences waiting to be run.", MetricType::Gauge,
       [](const EngineStats& stats) { return stats.waiting; }},
      {"llmops:kv_cache_usage_perc", "Share of the KV cache in use, 1 is all of it.", MetricType::Gauge,
       [](const EngineStats& stats) { return stats.cache_usage; }},
      {"llmops:draft_kv_cache_usage_perc", "Share of the draft model's KV cache in use, 1 is all of it.",
       MetricType::Gauge, [](const EngineStats& stats) { return stats.draft_cache_usage; }},
      {"llmops:engine_steps_total", "Steps of the engine.", MetricType::Counter, count(&EngineCounts::steps)},
      {"llmops:num_preemptions_total", "Times a sequence gave its KV cache to earlier ones, to be run again later.",
       MetricType::Counter, count(&EngineCounts::preemptions)},
      {"llmops:prefix_cache_queries_total", "Prompt tokens of started sequences, looked up in the KV cache.",
       MetricType::Counter, count(&EngineCounts::prompt_tokens)},
      {"llmops:prefix_cache_hits_total", "Prompt tokens found in the KV cache, which were not run again.",
       MetricType::Counter, count(&EngineCounts::cached_tokens)},
      {"llmops:spec_decode_num_draft_tokens_total", "Tokens guessed by speculation.", MetricType::Counter,
       count(&EngineCounts::drafted_tokens), true},
      {"llmops:spec_decode_num_accepted_tokens_total", "Tokens guessed by speculation that were right.",
       MetricType::Counter, count(&EngineCounts::accepted_tokens), true},
  };
  return kTable;
}

prometheus::ClientMetric sample(const EngineMetric& metric, double value, const prometheus::Labels& labels) {
  prometheus::ClientMetric made;
  for (const auto& [name, text] : labels) made.label.push_back({name, text});
  (metric.type == MetricType::Gauge ? made.gauge.value : made.counter.value) = value;
  return made;
}

}  // namespace

std::vector<prometheus::MetricFamily> engine_metrics(const EngineStats& stats, const prometheus::Labels& labels) {
  std::vector<prometheus::MetricFamily> families;
  for (const EngineMetric& metric : table()) {
    prometheus::MetricFamily& family = families.emplace_back();
    family.name = metric.name;
    family.help = metric.help;
    family.type = metric.type;
    const double value = metric.value(stats);
    if (!metric.of_guesses) {
      family.metric.push_back(sample(metric, value, labels));
      continue;
    }
    for (const char* kind : {"draft_model", "prompt_lookup"}) {
      prometheus::Labels all = labels;
      all["kind"] = kind;
      family.metric.push_back(sample(metric, stats.guesses_by == kind ? value : 0, all));
    }
  }
  return families;
}

}  // namespace llmops::serve
