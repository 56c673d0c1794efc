// Tasks that are measured together, with everything they read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eval/run_task.h"
#include "registry/registry.h"

namespace llmops::eval {

struct TaskSet {
  std::vector<Task> tasks;                        ///< of different names
  std::vector<Documents> documents;               ///< of each task
  std::vector<std::optional<Documents>> fewshot;  ///< where another split gives the examples
};

/// Reads all that can be wrong before a model is opened.
/// @param overrides  of every task: "num_fewshot=5"
/// @param data       documents instead of the tasks' own; "" for those
/// @throws UsageError, ConfigError, NotFoundError, InputError
TaskSet load_task_set(registry::Registry& registry, const std::vector<std::string>& files,
                      const std::vector<std::string>& overrides, const std::string& data);

/// One after another, as run_task().
std::vector<TaskResult> run_tasks(const TaskSet& set, infer::Engine& engine, const RunTaskOptions& options,
                                  Progress& progress);

}  // namespace llmops::eval
