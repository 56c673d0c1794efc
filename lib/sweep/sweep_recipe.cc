// Reads a sweep and tries its parameters on the finetuning recipe.
#include "sweep/sweep_recipe.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/yaml_reader.h"
#include "core/error.h"
#include "core/spelling.h"
#include "monitor/time_window.h"
#include "sweep/parameter_reader.h"
#include "sweep/recipe_check.h"

namespace llmops::sweep {
namespace {

using config::YamlObject;

void read_method(YamlObject& root, SweepRecipe& sweep) {
  std::string name;
  root.required("method", name);
  std::vector<std::string> names;
  for (const Method& method : methods()) {
    names.emplace_back(method.name);
    if (method.name == name) sweep.method = &method;
  }
  if (sweep.method == nullptr) {
    for (const char* key : {"trials", "min_resource", "max_resource", "eta"}) (void)root.has(key);  // of some method
  }
  if (sweep.method == nullptr && !name.empty()) {
    root.check(false, "method", fmt::format("is '{}', which is unknown", name),
               name == "bayes" ? "write tpe, a Bayesian method"
                               : did_you_mean(name, names, "grid, random, tpe, halving or hyperband"));
  }
}

void read_halving(YamlObject& root, SweepRecipe& sweep) {
  Halving halving;
  root.required("min_resource", halving.min_steps);
  root.required("max_resource", halving.max_steps);
  root.optional("eta", halving.eta);
  root.check(halving.min_steps >= 1, "min_resource", "must be at least 1 step");
  root.check(halving.max_steps > halving.min_steps, "max_resource",
             fmt::format("is {}, expected more steps than min_resource: {}", halving.max_steps, halving.min_steps));
  root.check(halving.eta > 1 && halving.eta <= 100, "eta", "must be above 1 and at most 100", "3 is usual");
  if (halving.min_steps >= 1 && halving.max_steps > halving.min_steps && halving.eta > 1) sweep.halving = halving;
}

void refuse_halving(YamlObject& root, const Method& method) {
  for (const char* key : {"min_resource", "max_resource", "eta"}) {
    root.check(!root.has(key), key, fmt::format("does not go with method: {}", method.name),
               "set 'max_steps' in the recipe, or take method: halving");
  }
}

/// Every combination, unless `trials` takes fewer.
void count_grid(YamlObject& root, SweepRecipe& sweep) {
  for (const Parameter& parameter : sweep.parameters) {
    root.check(parameter.size() > 0, "parameters",
               fmt::format("has '{}' with any number from {} to {}, and method: grid tries them all", parameter.key,
                           parameter.low, parameter.high),
               "list its values, give it a step 'q', or take method: random");
  }
  constexpr std::size_t kMost = 10000;
  const std::size_t size = grid_size(sweep.parameters);
  root.check(size <= kMost || sweep.trials > 0, "parameters", fmt::format("has over {} combinations", kMost),
             "take method: random, or set 'trials'");
  if (sweep.trials == 0 || static_cast<std::size_t>(sweep.trials) > size) sweep.trials = static_cast<int>(size);
}

void read_length(YamlObject& root, SweepRecipe& sweep) {
  const Method& method = *sweep.method;
  if (method.needs_trials) {
    root.required("trials", sweep.trials);
  } else if (!method.halves) {
    root.optional("trials", sweep.trials);
  }
  const bool sensible = !root.has("trials") || (sweep.trials >= 1 && sweep.trials <= 100000);
  root.check(sensible || (method.halves && !method.needs_trials), "trials", "must lie between 1 and 100,000");
  if (method.halves) {
    root.check(method.needs_trials || !root.has("trials"), "trials",
               fmt::format("does not go with method: {}, where it follows from the resources", method.name));
    read_halving(root, sweep);
  } else {
    refuse_halving(root, method);
    if (!method.needs_trials && !sweep.parameters.empty()) count_grid(root, sweep);
  }
}

void read_eval(YamlObject& root, SweepRecipe& sweep) {
  if (!root.has("eval")) return;
  YamlObject eval = root.object("eval");
  eval.required("tasks", sweep.eval_tasks);
  eval.optional("limit", sweep.eval_limit);
  eval.check(sweep.eval_limit >= 0, "limit", "must not be negative", "0 takes all documents");
  for (const std::string& task : sweep.eval_tasks) {
    eval.check(std::filesystem::exists(task), "tasks", fmt::format("names '{}', which is not there", task));
  }
}

void read_limits(YamlObject& root, SweepRecipe& sweep) {
  std::string span;
  root.optional("max_time", span);
  const auto milliseconds = monitor::parse_span(span);
  root.check(span.empty() || (milliseconds && *milliseconds > 0), "max_time",
             fmt::format("is '{}', no span of time", span), "for example 90s, 30m or 8h");
  if (milliseconds) sweep.max_time_s = static_cast<double>(*milliseconds) / 1000;
  root.optional("cost_per_hour", sweep.cost_per_hour);
  root.check(sweep.cost_per_hour >= 0, "cost_per_hour", "must not be negative");
  root.optional("seed", sweep.seed);
}

}  // namespace

SweepRecipe read_sweep_recipe(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  config::YamlDocument document = config::YamlDocument::from_file(path, overrides);
  YamlObject root = document.root();
  SweepRecipe sweep;
  sweep.file = path;
  std::string recipe;
  root.required("recipe", recipe);
  sweep.recipe = recipe;
  root.required("output_dir", sweep.output_dir);
  root.check(!root.has("output_dir") || !sweep.output_dir.empty(), "output_dir", "is empty");
  read_limits(root, sweep);
  read_method(root, sweep);
  sweep.parameters = read_parameters(root);
  if (sweep.method != nullptr) read_length(root, sweep);
  if (!recipe.empty()) sweep.recipe_json = read_base_recipe(root, sweep.recipe);
  read_eval(root, sweep);
  sweep.metrics = read_metrics(root, sweep.recipe_json, sweep.cost_per_hour > 0);
  document.finish();  // what is wrong in itself is not tried on the recipe
  check_parameters(root, sweep);
  document.finish();
  return sweep;
}

}  // namespace llmops::sweep
