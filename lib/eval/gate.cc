// Gates: comparing results with rules.
#include "eval/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/units.h"

namespace llmops::eval {
namespace {

GateCheck check_threshold(const GateRule& rule, const TaskResult& result, const MetricResult& metric) {
  GateCheck check;
  check.rule = rule.text;
  check.task = result.task.name;
  check.metric = metric.name;
  check.threshold = rule.threshold;
  check.value = metric.value;
  if (!metric.value) {
    check.message = fmt::format("{} was not measured", metric.name);
    return check;
  }
  const double value = *metric.value;
  bool passed = false;
  const char* words = "";
  switch (rule.op) {
    case GateRule::Operator::kAtLeast:
      passed = value >= rule.threshold;
      words = "at least";
      break;
    case GateRule::Operator::kAtMost:
      passed = value <= rule.threshold;
      words = "at most";
      break;
    case GateRule::Operator::kAbove:
      passed = value > rule.threshold;
      words = "above";
      break;
    case GateRule::Operator::kBelow:
      passed = value < rule.threshold;
      words = "below";
      break;
  }
  check.outcome = passed ? GateCheck::Outcome::kPassed : GateCheck::Outcome::kFailed;
  check.message =
      fmt::format("{} is {}, expected {} {}", metric.name, format_number(value), words, format_number(rule.threshold));
  return check;
}

/// The rule for a metric: one that names it, else one for all.
const DropRule* rule_for(const std::vector<DropRule>& drops, const std::string& task, const MetricResult& metric,
                         const TaskResult& result) {
  const DropRule* found = nullptr;
  for (const DropRule& rule : drops) {
    if (!rule.task.empty() && rule.task != task) continue;
    if (rule.metric.empty() && found == nullptr) found = &rule;
    if (!rule.metric.empty() && result.find(rule.metric) == &metric) found = &rule;
  }
  return found;
}

GateCheck check_drop(const DropRule& rule, const TaskResult& result, const MetricResult& metric,
                     const MetricResult& before, std::size_t baseline_errors) {
  GateCheck check;
  check.rule = "max-drop " + rule.text;
  check.task = result.task.name;
  check.metric = metric.name;
  if (!metric.value || !before.value) {
    check.message = fmt::format("{} was not measured{}", metric.name, metric.value ? " on the baseline" : "");
    return check;
  }
  const double drop = metric.higher_is_better ? *before.value - *metric.value : *metric.value - *before.value;
  check.threshold = rule.relative ? rule.most * std::abs(*before.value) : rule.most;
  check.value = drop;
  // Values are sums of fractions: 0.9 - 0.88 must not exceed 0.02 by rounding.
  const double slack = 1e-9 * std::max(1.0, std::abs(*before.value));
  check.outcome = drop <= check.threshold + slack ? GateCheck::Outcome::kPassed : GateCheck::Outcome::kFailed;
  check.message = fmt::format("{} went from {} to {}, {} by {}, at most {} worse allowed", metric.name,
                              format_number(*before.value), format_number(*metric.value), drop > 0 ? "worse" : "better",
                              format_number(std::abs(drop)), format_number(check.threshold));
  if (baseline_errors > 0) {
    check.outcome = GateCheck::Outcome::kErrored;
    check.message += fmt::format("; {} documents could not be measured on the baseline", baseline_errors);
  }
  return check;
}

void mark_errors(GateCheck& check, const TaskResult& result) {
  if (result.errors == 0 || check.outcome == GateCheck::Outcome::kUnmeasured) return;
  if (check.outcome == GateCheck::Outcome::kPassed) check.outcome = GateCheck::Outcome::kErrored;
  check.message += fmt::format("; {} of {} documents could not be measured", result.errors, result.outcomes.size());
}

}  // namespace

bool GateReport::passed() const {
  return !checks.empty() && std::all_of(checks.begin(), checks.end(), [](const GateCheck& check) {
    return check.outcome == GateCheck::Outcome::kPassed;
  });
}

bool GateReport::tripped() const {
  return std::any_of(checks.begin(), checks.end(), [](const GateCheck& check) {
    return check.outcome == GateCheck::Outcome::kFailed || check.outcome == GateCheck::Outcome::kErrored;
  });
}

bool GateReport::unmeasured() const {
  return std::any_of(checks.begin(), checks.end(),
                     [](const GateCheck& check) { return check.outcome == GateCheck::Outcome::kUnmeasured; });
}

GateReport check_gates(const std::vector<GateRule>& gates, const std::vector<DropRule>& drops,
                       const std::vector<TaskResult>& results, const std::vector<TaskResult>& baseline) {
  GateReport report;
  for (const GateRule& rule : gates) {
    for (const TaskResult& result : results) {
      if (!rule.task.empty() && rule.task != result.task.name) continue;
      const MetricResult* metric = result.find(rule.metric);
      if (metric == nullptr) continue;  // another task has it: parse_gate saw to that
      report.checks.push_back(check_threshold(rule, result, *metric));
      mark_errors(report.checks.back(), result);
    }
  }
  for (std::size_t i = 0; i < results.size() && i < baseline.size(); ++i) {
    for (std::size_t m = 0; m < results[i].metrics.size(); ++m) {
      const MetricResult& metric = results[i].metrics[m];
      const DropRule* rule = rule_for(drops, results[i].task.name, metric, results[i]);
      if (rule == nullptr) continue;
      report.checks.push_back(check_drop(*rule, results[i], metric, baseline[i].metrics[m], baseline[i].errors));
      mark_errors(report.checks.back(), results[i]);
    }
  }
  return report;
}

const char* outcome_name(GateCheck::Outcome outcome) {
  switch (outcome) {
    case GateCheck::Outcome::kPassed: return "passed";
    case GateCheck::Outcome::kFailed: return "failed";
    case GateCheck::Outcome::kErrored: return "errored";
    case GateCheck::Outcome::kUnmeasured: break;
  }
  return "unmeasured";
}

}  // namespace llmops::eval
