// Measures a model in training on eval tasks.
#include "apps/finetune_tasks.h"

#include <fmt/format.h>

#include "core/error.h"
#include "eval/task_set.h"
#include "infer/open_engine.h"

namespace llmops::apps {
namespace {

/// "TASK/METRIC"; a metric behind another filter than the task's first has its name too, as in the eval report.
std::string measure_name(const eval::Task& task, const std::string& metric, const std::string& filter) {
  const bool first = filter == task.filters.front().name;
  return task.name + "/" + (first ? metric : metric + "," + filter);
}

/// Takes from the tasks whether more is better. @throws ConfigError  none of them has the metric
void check_metric(const eval::TaskSet& set, train::ValidationRecipe& validation) {
  if (validation.metric_for_best_model.find('/') == std::string::npos) return;
  std::string known;
  for (const eval::Task& task : set.tasks) {
    for (const eval::MetricSpec& metric : task.metrics) {
      for (const eval::FilterPipeline& filter : task.filters) {
        const std::string name = measure_name(task, metric.name, filter.name);
        known += (known.empty() ? "" : ", ") + name;
        if (name != validation.metric_for_best_model) continue;
        const bool more = eval::make_measure(metric, task.output_type).facts.higher_is_better;
        if (!validation.greater_is_better) validation.greater_is_better = more;
        return;
      }
    }
  }
  // A measure of the objective may have a stroke in its name, too.
  if (validation.metric_for_best_model.starts_with("rewards/") ||
      validation.metric_for_best_model.starts_with("logps/")) {
    return;
  }
  throw ConfigError(fmt::format("metric_for_best_model '{}' is not measured; the tasks have {}",
                                validation.metric_for_best_model, known));
}

}  // namespace

TaskMeasurer task_measurer(registry::Registry& registry, train::FinetuneRecipe& recipe) {
  if (recipe.validation.eval_tasks.empty()) return nullptr;
  auto set = std::make_shared<eval::TaskSet>(eval::load_task_set(registry, recipe.validation.eval_tasks, {}, ""));
  check_metric(*set, recipe.validation);
  eval::RunTaskOptions options;
  options.cases.limit = recipe.validation.eval_tasks_limit;
  options.seed = options.cases.seed;
  infer::EngineOptions engine;
  engine.threads = recipe.threads;
  const bool adapter = recipe.trains_adapter();
  if (adapter) engine.model = recipe.base_path.string();
  return [set, options, engine, adapter](const std::filesystem::path& output) {
    infer::EngineOptions opened = engine;
    (adapter ? opened.adapter : opened.model) = output.string();
    const auto model = infer::open_engine(opened);
    Progress silent;
    train::Measures measures;
    for (const eval::TaskResult& result : eval::run_tasks(*set, *model, options, silent)) {
      for (const eval::MetricResult& metric : result.metrics) {
        if (metric.value) measures.emplace_back(measure_name(result.task, metric.name, metric.filter), *metric.value);
      }
    }
    return measures;
  };
}

}  // namespace llmops::apps
