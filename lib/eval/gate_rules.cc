// Gates as typed: their form, and which metric of which task they mean.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/error.h"
#include "core/spelling.h"
#include "eval/gate.h"

namespace llmops::eval {
namespace {

const char* const kGateForm = "write METRIC>=NUMBER, with >=, <=, > or <: --gate 'accuracy>=0.8'";

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

std::optional<double> parse_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
  return whole ? std::optional(value) : std::nullopt;
}

/// Names under which a gate can find the task's metrics.
std::vector<std::string> gate_names(const Task& task) {
  std::vector<std::string> names;
  for (const MetricSpec& metric : task.metrics) {
    names.push_back(metric.name);
    for (const FilterPipeline& filter : task.filters) names.push_back(metric.name + "," + filter.name);
    const bool accuracy = metric.name == "acc" || metric.name == "json_exact" || metric.name == "exact_match";
    if (accuracy) names.emplace_back("accuracy");
  }
  return names;
}

bool has_metric(const Task& task, const std::string& name) {
  const std::vector<std::string> names = gate_names(task);
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// "task.metric" or "metric"; a task's name may hold dots too.
void resolve_name(const std::string& name, const std::string& rule, const std::vector<Task>& tasks, std::string& task,
                  std::string& metric) {
  std::vector<std::string> known;
  for (const Task& one : tasks) {
    for (const std::string& measured : gate_names(one)) {
      known.push_back(measured);
      known.push_back(one.name + "." + measured);
    }
    if (name.starts_with(one.name + ".") && has_metric(one, name.substr(one.name.size() + 1))) {
      task = one.name;
      metric = name.substr(one.name.size() + 1);
      return;
    }
  }
  metric = name;
  const bool found = std::any_of(tasks.begin(), tasks.end(), [&](const Task& one) { return has_metric(one, name); });
  if (found) return;
  std::string measured;
  for (const Task& one : tasks) {
    for (const MetricSpec& spec : one.metrics) measured += (measured.empty() ? "" : ", ") + one.name + "." + spec.name;
  }
  throw UsageError(fmt::format("'{}': no task measures '{}'", rule, name),
                   did_you_mean(name, known, "measured are " + measured));
}

}  // namespace

GateRule parse_gate(const std::string& text, const std::vector<Task>& tasks) {
  GateRule rule;
  rule.text = trimmed(text);
  const std::size_t at = text.find_first_of("<>=");
  if (at == std::string::npos) throw UsageError(fmt::format("gate '{}' has no comparison", text), kGateForm);
  const bool or_equal = at + 1 < text.size() && text[at + 1] == '=';
  if (text[at] == '=') throw UsageError(fmt::format("gate '{}' compares with '='", text), kGateForm);
  rule.op = text[at] == '>' ? (or_equal ? GateRule::Operator::kAtLeast : GateRule::Operator::kAbove)
                            : (or_equal ? GateRule::Operator::kAtMost : GateRule::Operator::kBelow);
  const std::string number = trimmed(std::string_view(text).substr(at + (or_equal ? 2 : 1)));
  const auto threshold = parse_number(number);
  if (!threshold) throw UsageError(fmt::format("gate '{}': '{}' is not a number", text, number), kGateForm);
  rule.threshold = *threshold;
  const std::string name = trimmed(std::string_view(text).substr(0, at));
  if (name.empty()) throw UsageError(fmt::format("gate '{}' names no metric", text), kGateForm);
  resolve_name(name, rule.text, tasks, rule.task, rule.metric);
  return rule;
}

DropRule parse_drop(const std::string& text, const std::vector<Task>& tasks) {
  DropRule rule;
  rule.text = trimmed(text);
  const std::size_t equals = text.find('=');
  if (equals != std::string::npos) {
    resolve_name(trimmed(std::string_view(text).substr(0, equals)), rule.text, tasks, rule.task, rule.metric);
  }
  std::string number = trimmed(std::string_view(text).substr(equals == std::string::npos ? 0 : equals + 1));
  rule.relative = number.ends_with('%');
  if (rule.relative) number.pop_back();
  const auto most = parse_number(trimmed(number));
  if (!most || *most < 0) {
    throw UsageError(fmt::format("max-drop '{}' is not a number of at least 0", text),
                     "write --max-drop 0.02, --max-drop 2% or --max-drop bleu=1.5");
  }
  rule.most = rule.relative ? *most / 100 : *most;
  return rule;
}

}  // namespace llmops::eval
