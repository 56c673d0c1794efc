// Reads and runs tasks that are measured together.
#include "eval/task_set.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "eval/filter.h"
#include "registry/resolve.h"

namespace llmops::eval {
namespace {

Documents find_documents(registry::Registry& registry, const Task& task, const std::string& data,
                         const std::string& split) {
  const std::string location = document_location(task, data, split);
  const fs::path path = fs::exists(location) ? fs::path(location) : registry::resolve(registry, location).path;
  return load_documents(path, split);
}

/// What a task's YAML cannot tell: templates and patterns that do not parse.
void check_task(const Task& task) {
  try {
    check_templates(task);
    check_filters(task);
    for (const MetricSpec& metric : task.metrics) make_measure(metric, task.output_type);
  } catch (const Error& error) {
    throw ConfigError(fmt::format("{}: {}", task.file.string(), error.what()), error.hint());
  }
}

}  // namespace

TaskSet load_task_set(registry::Registry& registry, const std::vector<std::string>& files,
                      const std::vector<std::string>& overrides, const std::string& data) {
  TaskSet set;
  for (const std::string& file : files) {
    Task task = load_task(file, overrides);
    check_task(task);
    for (const Task& other : set.tasks) {
      if (other.name == task.name) throw UsageError(fmt::format("two tasks are called '{}'", task.name));
    }
    set.tasks.push_back(std::move(task));
  }
  for (const Task& task : set.tasks) {
    set.documents.push_back(find_documents(registry, task, data, task.test_split));
    const bool other_split = task.num_fewshot > 0 && !task.fewshot_split.empty();
    set.fewshot.push_back(other_split ? std::optional(find_documents(registry, task, data, task.fewshot_split))
                                      : std::nullopt);
  }
  return set;
}

std::vector<TaskResult> run_tasks(const TaskSet& set, infer::Engine& engine, const RunTaskOptions& options,
                                  Progress& progress) {
  std::vector<TaskResult> results;
  for (std::size_t i = 0; i < set.tasks.size(); ++i) {
    const Documents* fewshot = set.fewshot[i] ? &*set.fewshot[i] : nullptr;
    results.push_back(run_task(set.tasks[i], set.documents[i], fewshot, engine, options, progress));
  }
  return results;
}

}  // namespace llmops::eval
