// The JSON form of results.
#include <map>
#include <set>

#include "core/process.h"
#include "eval/report.h"

namespace llmops::eval {
namespace {

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json task_values(const TaskResult& result) {
  Json values = {{"alias", result.task.name}};
  for (const MetricResult& metric : result.metrics) {
    values[metric.key()] = number_or_null(metric.value);
    values[metric.name + "_stderr," + metric.filter] = number_or_null(metric.standard_error);
  }
  return values;
}

Json task_summary(const TaskResult& result, const std::string& samples_name) {
  Json summary = {{"measured", result.measured},
                  {"errors", result.errors},
                  {"truncated", result.truncated},
                  {"prompt_tokens", result.prompt_tokens},
                  {"generated_tokens", result.generated_tokens},
                  {"wall_s", result.wall_s},
                  {"samples", samples_name}};
  for (const MetricResult& metric : result.metrics) {
    if (!metric.signature.empty()) summary["signatures"][metric.name] = metric.signature;
  }
  for (const Outcome& outcome : result.outcomes) {
    if (outcome.error.empty()) continue;
    summary["first_error"] = {{"doc_id", outcome.one.index}, {"message", outcome.error}};
    break;
  }
  return summary;
}

Json gate_json(const GateReport& gate) {
  Json checks = Json::array();
  for (const GateCheck& check : gate.checks) {
    checks.push_back({{"rule", check.rule},
                      {"task", check.task},
                      {"metric", check.metric},
                      {"outcome", outcome_name(check.outcome)},
                      {"value", number_or_null(check.value)},
                      {"threshold", check.threshold},
                      {"message", check.message}});
  }
  return {{"passed", gate.passed()}, {"checks", gate.checks.size()}, {"results", checks}};
}

Json baseline_json(const EvaluationFacts& facts, const std::vector<TaskResult>& results,
                   const std::vector<TaskResult>& baseline) {
  Json tasks = Json::object(), deltas = Json::object();
  for (std::size_t i = 0; i < baseline.size(); ++i) {
    const std::string& name = results[i].task.name;
    tasks[name] = task_values(baseline[i]);
    for (std::size_t m = 0; m < results[i].metrics.size(); ++m) {
      const auto &now = results[i].metrics[m].value, &before = baseline[i].metrics[m].value;
      if (now && before) deltas[name][results[i].metrics[m].key()] = *now - *before;
    }
  }
  return {{"model", facts.baseline}, {"model_sha256", facts.baseline_sha256}, {"results", tasks}, {"delta", deltas}};
}

}  // namespace

std::vector<std::pair<std::string, double>> flat_metrics(const std::vector<TaskResult>& results) {
  std::map<std::string, int> owners;
  for (const TaskResult& result : results) {
    std::set<std::string> names;
    for (const MetricResult& metric : result.metrics) names.insert(metric.name);
    for (const std::string& name : names) ++owners[name];
  }
  std::vector<std::pair<std::string, double>> flat;
  for (const TaskResult& result : results) {
    for (const MetricResult& metric : result.metrics) {
      if (!metric.value) continue;
      const bool first_filter = metric.filter == result.task.filters.front().name;
      const std::string name = first_filter ? metric.name : metric.key();
      if (owners[metric.name] == 1) flat.emplace_back(name, *metric.value);
      flat.emplace_back(result.task.name + "." + name, *metric.value);
    }
  }
  const MetricResult* accuracy = results.size() == 1 ? results[0].find("accuracy") : nullptr;
  if (accuracy != nullptr && accuracy->value) flat.emplace_back("accuracy", *accuracy->value);
  return flat;
}

Json results_json(const EvaluationFacts& facts, const std::vector<TaskResult>& results,
                  const std::vector<TaskResult>& baseline, const GateReport& gate) {
  Json values = Json::object(), configs = Json::object(), versions = Json::object(), shots = Json::object(),
       higher = Json::object(), samples = Json::object(), summaries = Json::object(), metrics = Json::object();
  double running_s = 0, tokens = 0;
  std::string names;
  for (const TaskResult& result : results) {
    const std::string& name = result.task.name;
    names += (names.empty() ? "" : ",") + name;
    values[name] = task_values(result);
    configs[name] = result.task.config;
    versions[name] = result.task.version;
    shots[name] = result.task.num_fewshot;
    for (const MetricResult& metric : result.metrics) higher[name][metric.name] = metric.higher_is_better;
    samples[name] = {{"original", result.available}, {"effective", result.outcomes.size()}};
    summaries[name] = task_summary(result, "samples_" + name + ".jsonl");
    running_s += result.wall_s;
    tokens += static_cast<double>(result.prompt_tokens + result.generated_tokens);
  }
  for (const auto& [name, value] : flat_metrics(results)) metrics[name] = value;
  Json report = {{"run_id", facts.run_id},
                 {"model", facts.model},
                 {"model_uri", facts.model_uri},
                 {"model_sha256", facts.model_sha256},
                 {"weights", facts.weights},
                 {"task", names},  // one text: the registry keeps the newest gate of each
                 {"metrics", metrics},
                 {"gate", gate_json(gate)},
                 {"tasks", summaries},
                 {"samples", facts.samples},
                 {"wall_s", facts.wall_s},
                 {"tokens_per_s", running_s > 0 ? tokens / running_s : 0},
                 {"peak_rss_bytes", peak_memory_bytes()},
                 {"date", facts.started_at}};
  if (!facts.baseline.empty()) report["baseline"] = baseline_json(facts, results, baseline);
  report["results"] = values;
  report["configs"] = configs;
  report["versions"] = versions;
  report["n-shot"] = shots;
  report["higher_is_better"] = higher;
  report["n-samples"] = samples;
  report["config"] = {{"model", facts.model},
                      {"batch_size", facts.batch_size},
                      {"limit", facts.limit > 0 ? Json(facts.limit) : Json(nullptr)}};
  return report;
}

}  // namespace llmops::eval
