// From outcomes to values: filters, metrics of each document, corpus values with standard errors.
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "eval/filter.h"
#include "eval/metrics/bleu.h"
#include "eval/metrics/statistics.h"
#include "eval/run_task.h"

namespace llmops::eval {
namespace {

void measure_document(const Task& task, const std::vector<Measure>& measures, Outcome& outcome) {
  outcome.filtered.clear();
  for (const FilterPipeline& pipeline : task.filters) {
    FilteredOutcome& filtered = outcome.filtered.emplace_back();
    if (!outcome.error.empty()) continue;
    Evidence evidence = outcome.evidence;
    try {
      if (task.output_type == OutputType::kGenerateUntil) {
        filtered.output = apply_filter(pipeline, outcome.output);
        evidence.output = filtered.output;
        evidence.references = outcome.one.references;
      }
      for (const Measure& measure : measures) filtered.rows.push_back(measure.collect(evidence));
    } catch (const InputError& error) {  // a pattern that ran too long on this answer
      outcome.error = error.what();
    }
    for (const std::vector<double>& row : filtered.rows) {
      const bool finite = std::all_of(row.begin(), row.end(), [](double value) { return std::isfinite(value); });
      if (!finite) outcome.error = "a metric of this document is not a number";
    }
  }
  if (!outcome.error.empty()) {
    for (FilteredOutcome& filtered : outcome.filtered) filtered.rows.clear();
  }
}

/// "1" where all documents have one reference.
std::string signature_of(const Measure& measure, const TaskResult& result) {
  if (std::string(measure.facts.name) != "bleu") return "";
  std::size_t references = 0;
  for (const Outcome& outcome : result.outcomes) {
    const std::size_t count = outcome.one.references.size();
    if (references != 0 && references != count) return bleu_signature(0);
    references = count;
  }
  return bleu_signature(references);
}

MetricResult combine(const Measure& measure, const std::vector<std::vector<double>>& rows) {
  MetricResult metric;
  metric.name = measure.facts.name;
  metric.higher_is_better = measure.facts.higher_is_better;
  if (rows.empty()) return metric;
  if (!measure.finish) {
    std::vector<double> values;
    for (const std::vector<double>& row : rows) values.push_back(row[0]);
    metric.value = mean_of(values);
    metric.standard_error = standard_error_of_mean(values);
  } else {
    std::vector<double> sums(rows[0].size(), 0.0);
    for (const std::vector<double>& row : rows) {
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += row[i];
    }
    metric.value = measure.finish(sums);
    metric.standard_error = bootstrap_error(rows, measure.finish);
  }
  if (!std::isfinite(*metric.value)) metric.value.reset();
  if (metric.standard_error && !std::isfinite(*metric.standard_error)) metric.standard_error.reset();
  return metric;
}

}  // namespace

const MetricResult* TaskResult::find(const std::string& name) const {
  const std::vector<std::string> wanted =
      name == "accuracy" ? std::vector<std::string>{"acc", "json_exact", "exact_match"} : std::vector{name};
  for (const std::string& one : wanted) {
    for (const MetricResult& metric : metrics) {
      if (metric.name == one || metric.key() == one) return &metric;
    }
  }
  return nullptr;
}

void summarise(TaskResult& result) {
  std::vector<Measure> measures;
  for (const MetricSpec& spec : result.task.metrics) measures.push_back(make_measure(spec, result.task.output_type));
  for (Outcome& outcome : result.outcomes) measure_document(result.task, measures, outcome);
  result.metrics.clear();
  result.errors = result.truncated = 0;
  for (const Outcome& outcome : result.outcomes) {
    result.errors += outcome.error.empty() ? 0 : 1;
    result.truncated += outcome.truncated ? 1 : 0;
  }
  result.measured = result.outcomes.size() - result.errors;
  for (std::size_t f = 0; f < result.task.filters.size(); ++f) {
    for (std::size_t m = 0; m < measures.size(); ++m) {
      std::vector<std::vector<double>> rows;
      for (const Outcome& outcome : result.outcomes) {
        if (outcome.error.empty()) rows.push_back(outcome.filtered[f].rows[m]);
      }
      MetricResult metric = combine(measures[m], rows);
      metric.filter = result.task.filters[f].name;
      metric.signature = signature_of(measures[m], result);
      result.metrics.push_back(std::move(metric));
    }
  }
}

}  // namespace llmops::eval
