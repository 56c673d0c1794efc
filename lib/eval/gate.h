// Gates: conditions on results that decide the exit code. A gate without data never passes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/task_result.h"

namespace llmops::eval {

/// "triage.json_exact>=0.8", "accuracy>=0.8"
struct GateRule {
  enum class Operator { kAtLeast, kAtMost, kAbove, kBelow };
  std::string text;    ///< as written
  std::string task;    ///< "" is every task that has the metric
  std::string metric;  ///< name, or "name,filter", or "accuracy"
  Operator op = Operator::kAtLeast;
  double threshold = 0;
};

/// "0.02", "2%" (of the baseline's value), "bleu=1.5": how much worse than the baseline a metric may be.
struct DropRule {
  std::string text;
  std::string task, metric;  ///< "" is all of them; a rule that names a metric goes before one that does not
  double most = 0;           ///< in the metric's own unit, or a share of the baseline's value
  bool relative = false;
};

/// @param tasks  to tell a task's name from a metric's and to check both
/// @throws UsageError  for a text of another form, an unknown task or metric (with near names)
GateRule parse_gate(const std::string& text, const std::vector<Task>& tasks);
DropRule parse_drop(const std::string& text, const std::vector<Task>& tasks);

struct GateCheck {
  enum class Outcome { kPassed, kFailed, kErrored, kUnmeasured };
  std::string rule;  ///< "accuracy>=0.8", "max-drop 0.02"
  std::string task, metric;
  Outcome outcome = Outcome::kUnmeasured;
  std::optional<double> value;  ///< what was compared: the metric, or the drop
  double threshold = 0;
  std::string message;  ///< "json_exact is 0.71, expected at least 0.8"
};

struct GateReport {
  std::vector<GateCheck> checks;
  bool passed() const;      ///< there are checks and all passed
  bool tripped() const;     ///< some failed or errored
  bool unmeasured() const;  ///< some had nothing to compare
};

/// @param baseline  results of the same tasks in the same order; empty without one
GateReport check_gates(const std::vector<GateRule>& gates, const std::vector<DropRule>& drops,
                       const std::vector<TaskResult>& results, const std::vector<TaskResult>& baseline);

const char* outcome_name(GateCheck::Outcome outcome);

}  // namespace llmops::eval
