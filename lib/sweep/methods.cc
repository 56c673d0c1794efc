// The methods, and what a sweep makes of them.
#include <fmt/format.h>

#include "core/json.h"
#include "sweep/sweep_recipe.h"

namespace llmops::sweep {

namespace {

std::vector<Bracket> one_rung(const SweepRecipe& sweep) { return {{{sweep.trials, 0}}}; }

std::vector<Bracket> one_bracket(const SweepRecipe& sweep) {
  return {halving_bracket(sweep.trials, sweep.halving.value_or(Halving{}))};
}

std::vector<Bracket> all_brackets(const SweepRecipe& sweep) {
  return hyperband_brackets(sweep.halving.value_or(Halving{}));
}

Json parameter_json(const Parameter& parameter) {
  if (!parameter.is_range()) return {{"values", parameter.choices}};
  return {{"min", parameter.low}, {"max", parameter.high}, {"q", parameter.step}, {"log", parameter.log}};
}

}  // namespace

const std::vector<Method>& methods() {
  static const std::vector<Method> rows = {
      {"grid", grid_point, one_rung, false, false},
      {"random", random_point, one_rung, true, false},
      {"tpe", tpe_point, one_rung, true, false},
      {"halving", random_point, one_bracket, true, true},
      {"hyperband", random_point, all_brackets, false, true},
  };
  return rows;
}

std::vector<std::string> SweepRecipe::overrides(const Point& point) const {
  std::vector<std::string> list = point_overrides(parameters, point);
  // The whole schedule from the start, so that a trial that goes on is one that never stopped.
  if (halving) list.push_back(fmt::format("max_steps={}", halving->max_steps));
  return list;
}

Json SweepRecipe::settings() const {
  Json space = Json::object(), judged = Json::array();
  for (const Parameter& parameter : parameters) space[parameter.key] = parameter_json(parameter);
  for (const Metric& metric : metrics) {
    judged.push_back({{"name", metric.name}, {"goal", metric.maximize ? "maximize" : "minimize"}});
  }
  Json json = {
      {"recipe", recipe.string()}, {"method", method->name}, {"metric", judged}, {"parameters", space}, {"seed", seed}};
  for (const auto& [key, value] : recipe_json.items()) {
    if (key != "output_dir") json["recipe." + key] = value;
  }
  if (!eval_tasks.empty()) json["eval"] = {{"tasks", eval_tasks}, {"limit", eval_limit}};
  if (halving) {
    json.update(
        Json{{"min_resource", halving->min_steps}, {"max_resource", halving->max_steps}, {"eta", halving->eta}});
    if (method->needs_trials) json["trials"] = trials;  // of whom a share goes on
  }
  return json;
}

}  // namespace llmops::sweep
