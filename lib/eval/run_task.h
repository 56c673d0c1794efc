// Running a task on a model.
#pragma once

#include "core/progress.h"
#include "eval/task_result.h"
#include "infer/engine.h"

namespace llmops::eval {

struct RunTaskOptions {
  CaseOptions cases;
  std::uint64_t seed = 0;  ///< of sampled answers; each document gets its own, whatever the batch
  int max_length = 0;      ///< tokens of a prompt with its answer; 0: the model's context
  bool add_bos = false;    ///< put the prefix token before text prompts
};

/// @param fewshot  null: examples come from `documents`
/// @throws ConfigError, InputError (a document that does not fit the task); Interrupted
TaskResult run_task(const Task& task, const Documents& documents, const Documents* fewshot, infer::Engine& engine,
                    const RunTaskOptions& options, Progress& progress);

/// Fills `metrics`, `measured` and `errors` from the outcomes.
void summarise(TaskResult& result);

}  // namespace llmops::eval
