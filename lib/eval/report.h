// What an evaluation writes: one JSON object, a table, a JUnit file, a line of JSON for each document.
#pragma once

#include <string>
#include <vector>

#include "eval/gate.h"
#include "eval/task_result.h"

namespace llmops::eval {

/// Facts about one evaluation that the reports share.
struct EvaluationFacts {
  std::string run_id;
  std::string model;         ///< as given
  std::string model_uri;     ///< canonical
  std::string model_sha256;  ///< of the adapter where there is one, else of the model
  std::string weights;       ///< "BF16", "Q8_0"
  std::string baseline;      ///< "" for none
  std::string baseline_sha256;
  std::string started_at;  ///< UTC
  std::string samples;     ///< folder with the samples files
  int batch_size = 0;
  int limit = 0;
  double wall_s = 0;  ///< everything, loading included
};

/// lm-evaluation-harness' shape (`results`, `configs`, `versions`, `n-shot`, `n-samples`, `higher_is_better`) and
/// beside it what scripts want: `metrics`, `gate`, `model_sha256`, `tokens_per_s`. docs/formats/eval-results.md
/// describes it.
Json results_json(const EvaluationFacts& facts, const std::vector<TaskResult>& results,
                  const std::vector<TaskResult>& baseline, const GateReport& gate);

/// A table of metrics, the gate's checks, and where the samples are.
std::string results_text(const EvaluationFacts& facts, const std::vector<TaskResult>& results,
                         const std::vector<TaskResult>& baseline, const GateReport& gate, int width);

/// JUnit XML: a suite for each task, a case for each check; a task without checks has one for each metric, which fails
/// only where nothing could be measured.
std::string results_junit(const EvaluationFacts& facts, const std::vector<TaskResult>& results, const GateReport& gate);

/// JSON lines, one for each document and filter.
std::string samples_jsonl(const TaskResult& result);

/// "json_exact" -> value for metrics that one task alone has, "triage.json_exact" -> value for all; and "accuracy".
std::vector<std::pair<std::string, double>> flat_metrics(const std::vector<TaskResult>& results);

}  // namespace llmops::eval
