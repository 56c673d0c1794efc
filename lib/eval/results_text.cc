// Results as people read them: a table, then checks, then what to look at.
#include <fmt/format.h>

#include "core/table.h"
#include "core/terminal.h"
#include "core/units.h"
#include "eval/report.h"

namespace llmops::eval {
namespace {

std::string with_error(const MetricResult& metric) {
  if (!metric.value) return "not measured";
  std::string text = format_number(*metric.value);
  if (metric.standard_error) text += " ± " + format_number(*metric.standard_error, 2);
  return text;
}

std::string delta(const MetricResult& now, const MetricResult& before) {
  if (!now.value || !before.value) return "-";
  const double change = *now.value - *before.value;
  return (change > 0 ? "+" : "") + format_number(change);
}

Table metrics_table(const std::vector<TaskResult>& results, const std::vector<TaskResult>& baseline) {
  using Align = Table::Align;
  std::vector<Table::Column> columns = {{"task", Align::kLeft},
                                        {"metric", Align::kLeft},
                                        {"better", Align::kLeft},
                                        {"value", Align::kRight},
                                        {"n", Align::kRight}};
  if (!baseline.empty()) {
    columns.push_back({"baseline", Align::kRight});
    columns.push_back({"change", Align::kRight});
  }
  Table table(columns);
  for (std::size_t i = 0; i < results.size(); ++i) {
    for (std::size_t m = 0; m < results[i].metrics.size(); ++m) {
      const MetricResult& metric = results[i].metrics[m];
      std::vector<std::string> row = {results[i].task.name, metric.filter == "none" ? metric.name : metric.key(),
                                      metric.higher_is_better ? "higher" : "lower", with_error(metric),
                                      format_count(results[i].measured)};
      if (!baseline.empty()) {
        row.push_back(with_error(baseline[i].metrics[m]));
        row.push_back(delta(metric, baseline[i].metrics[m]));
      }
      table.add_row(row);
    }
  }
  return table;
}

std::string task_notes(const TaskResult& result) {
  std::string text;
  if (result.errors > 0) {
    text += fmt::format("{}: {} of {} documents could not be measured\n", result.task.name, result.errors,
                        result.outcomes.size());
    for (const Outcome& outcome : result.outcomes) {
      if (outcome.error.empty()) continue;
      text += fmt::format("  document {}: {}\n", outcome.one.index, outcome.error);
      break;
    }
  }
  if (result.truncated > 0) {
    text += fmt::format("{}: {} prompts lost their beginning, they are longer than the context\n", result.task.name,
                        result.truncated);
  }
  for (const MetricResult& metric : result.metrics) {
    if (!metric.signature.empty()) {
      text += fmt::format("{}: {} signature {}\n", result.task.name, metric.name, metric.signature);
    }
  }
  return text;
}

Colour colour_of(GateCheck::Outcome outcome) {
  if (outcome == GateCheck::Outcome::kPassed) return Colour::kGreen;
  return outcome == GateCheck::Outcome::kUnmeasured ? Colour::kYellow : Colour::kRed;
}

}  // namespace

std::string results_text(const EvaluationFacts& facts, const std::vector<TaskResult>& results,
                         const std::vector<TaskResult>& baseline, const GateReport& gate, int width) {
  std::string text = metrics_table(results, baseline).render(width);
  for (const TaskResult& result : results) text += task_notes(result);
  for (const GateCheck& check : gate.checks) {
    text += fmt::format("gate {}: {} ({})\n", paint(colour_of(check.outcome), outcome_name(check.outcome)),
                        check.message, check.task + ": " + check.rule);
  }
  text += fmt::format("run {} in {}; samples in {}\n", facts.run_id, format_duration(facts.wall_s), facts.samples);
  return text;
}

}  // namespace llmops::eval
