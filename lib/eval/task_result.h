// What running a task gives: each document's outcome and the values over all of them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eval/cases.h"
#include "eval/measure.h"

namespace llmops::eval {

/// A document as one filter pipeline saw it.
struct FilteredOutcome {
  std::string output;                     ///< generate_until: after the filter
  std::vector<std::vector<double>> rows;  ///< of each metric of the task; empty when errored
};

struct Outcome {
  Case one;
  std::string output;  ///< generate_until: as generated
  std::string finish_reason;
  Evidence evidence;                      ///< of the other output types
  std::vector<FilteredOutcome> filtered;  ///< one a pipeline
  std::string error;                      ///< why it could not be measured; "" when it was
  bool truncated = false;                 ///< the prompt lost its beginning
};

struct MetricResult {
  std::string name;  ///< "json_exact"
  std::string filter = "none";
  std::string key() const { return name + "," + filter; }  ///< lm-evaluation-harness' name
  bool higher_is_better = true;
  std::optional<double> value;  ///< none when no document was measured, or the result is not a number
  std::optional<double> standard_error;
  std::string signature;  ///< of BLEU, else ""
};

struct TaskResult {
  Task task;
  std::size_t available = 0;  ///< documents of the split
  std::size_t measured = 0;
  std::size_t errors = 0;  ///< documents that could not be measured
  std::size_t truncated = 0;
  std::vector<MetricResult> metrics;
  std::vector<Outcome> outcomes;  ///< in the order of the documents
  std::size_t prompt_tokens = 0;  ///< put before the model, scored ones included
  std::size_t generated_tokens = 0;
  double wall_s = 0;  ///< running the model only

  /// By name, or "name,filter"; "accuracy" stands for acc, else json_exact, else exact_match. Null when there is none.
  const MetricResult* find(const std::string& name) const;
};

}  // namespace llmops::eval
