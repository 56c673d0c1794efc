// The part of a recipe that says by which measure the best checkpoint is chosen, and what else is measured for it,
// under transformers' names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

struct FinetuneRecipe;

struct ValidationRecipe {
  std::string metric_for_best_model = "loss";  ///< or a measure of the objective, or "TASK/METRIC" of eval_tasks
  std::optional<bool> greater_is_better;       ///< none: as the metric itself has it
  std::vector<std::string> eval_tasks;         ///< files of tasks, measured with each validation; the command resolves
  int eval_tasks_limit = 0;                    ///< documents of each; 0: all

  /// Whether more of the metric is better.
  bool wants_more() const;
  Json json() const;
};

/// Once datasets and objective of `recipe` are read. Problems are recorded in `root`.
ValidationRecipe read_validation(config::YamlObject& root, const FinetuneRecipe& recipe);

/// What validation measures beside the loss, eval tasks apart.
std::vector<std::string> objective_measures(const FinetuneRecipe& recipe);

}  // namespace llmops::train
