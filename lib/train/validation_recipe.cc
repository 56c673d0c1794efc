// Reads by which measure the best checkpoint is chosen.
#include "train/validation_recipe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "config/yaml_reader.h"
#include "train/recipe.h"

namespace llmops::train {
namespace {

/// transformers writes "eval_loss" for "loss".
constexpr std::string_view kPrefix = "eval_";

}  // namespace

std::vector<std::string> objective_measures(const FinetuneRecipe& recipe) {
  if (recipe.grpo.on()) {
    std::vector<std::string> names = {"reward", "reward_std", "frac_reward_zero_std"};
    for (const RewardRule& rule : recipe.grpo.rewards) names.push_back("rewards/" + rule.type);
    names.insert(names.end(), {"completions/mean_length", "completions/clipped_ratio"});
    return names;
  }
  if (recipe.distillation.on()) return {"kd_loss"};
  if (recipe.preference.reward_model) return {"accuracy", "margin", "mean_reward", "min_reward", "max_reward"};
  if (!recipe.preference.on()) return {};
  std::vector<std::string> names = {"rewards/chosen", "rewards/rejected", "rewards/margins"};
  if (recipe.preference.rl != "kto") names.emplace_back("rewards/accuracies");
  names.insert(names.end(), {"logps/chosen", "logps/rejected"});
  names.emplace_back(recipe.preference.rl == "kto" ? "kl" : "nll_loss");
  return names;
}

bool ValidationRecipe::wants_more() const {
  const std::string& name = metric_for_best_model;
  const bool distance = name.ends_with("loss") || name.ends_with("kl") || name.ends_with("perplexity");
  return greater_is_better.value_or(!distance);
}

Json ValidationRecipe::json() const {
  return {{"metric_for_best_model", metric_for_best_model},
          {"greater_is_better", wants_more()},
          {"eval_tasks", eval_tasks},
          {"eval_tasks_limit", eval_tasks_limit}};
}

ValidationRecipe read_validation(config::YamlObject& root, const FinetuneRecipe& recipe) {
  ValidationRecipe read;
  root.optional("eval_tasks", read.eval_tasks);
  root.optional("eval_tasks_limit", read.eval_tasks_limit);
  root.check(read.eval_tasks_limit >= 0, "eval_tasks_limit", "must not be negative", "0 takes all documents");
  const bool validates = recipe.val_set_size > 0 || !recipe.test_datasets.empty();
  root.check(read.eval_tasks.empty() || validates, "eval_tasks", "needs validation data, with which tasks are measured",
             "set 'val_set_size' or 'test_datasets'");
  root.check(read.eval_tasks.empty() || !recipe.preference.reward_model, "eval_tasks",
             "does not go with 'reward_model', which writes no text", "choose by metric_for_best_model: accuracy");

  std::string& metric = read.metric_for_best_model;
  root.optional("metric_for_best_model", metric);
  if (metric.starts_with(kPrefix)) metric.erase(0, kPrefix.size());
  std::vector<std::string> known = objective_measures(recipe);
  known.insert(known.begin(), "loss");
  const bool of_task = !read.eval_tasks.empty() && metric.find('/') != std::string::npos;
  const bool of_rule = recipe.grpo.on() && metric.starts_with("rewards/");  // a type that comes again has a number
  root.check(of_task || of_rule || std::find(known.begin(), known.end(), metric) != known.end(),
             "metric_for_best_model", fmt::format("is '{}'; validation measures {}", metric, fmt::join(known, ", ")),
             "or name a task in 'eval_tasks' and write TASK/METRIC");
  root.check(metric == "loss" || validates, "metric_for_best_model", "needs validation data",
             "set 'val_set_size' or 'test_datasets'");
  root.check(metric == "loss" || !recipe.debias.on(), "metric_for_best_model",
             "does not go with 'debias': the newest weights are kept, on which the adversary has had most effect");
  bool greater = read.wants_more();
  root.optional("greater_is_better", greater);
  if (root.has("greater_is_better")) read.greater_is_better = greater;
  return read;
}

}  // namespace llmops::train
