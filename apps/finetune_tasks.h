// Eval tasks that are measured while a model is trained.
#pragma once

#include <filesystem>
#include <functional>

#include "registry/registry.h"
#include "train/measures.h"
#include "train/recipe.h"

namespace llmops::apps {

using TaskMeasurer = std::function<train::Measures(const std::filesystem::path& output)>;

/// What training asks with each validation: "TASK/METRIC" and value of each metric of the recipe's eval_tasks, for a
/// folder with what is trained so far. Null without tasks. Tasks and their documents are read now; the model is open
/// only while it is measured. Where the recipe does not say whether more of metric_for_best_model is better, the task
/// does.
/// @throws ConfigError, NotFoundError, InputError  tasks that cannot be read, or lack metric_for_best_model
TaskMeasurer task_measurer(registry::Registry& registry, train::FinetuneRecipe& recipe);

}  // namespace llmops::apps
