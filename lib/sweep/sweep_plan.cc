// Adds up the rungs, and tells of them.
#include "sweep/sweep_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/units.h"

namespace llmops::sweep {
namespace {

constexpr int kShown = 5;

/// Steps of all trials of a bracket, each going on from where it stood.
std::int64_t steps_of(const Bracket& bracket, std::int64_t whole) {
  std::int64_t sum = 0, before = 0;
  for (const Rung& rung : bracket) {
    const std::int64_t end = rung.steps > 0 ? rung.steps : whole;
    sum += rung.trials * (end - before);
    before = end;
  }
  return sum;
}

std::string bracket_text(const Bracket& bracket) {
  std::vector<std::string> parts;
  parts.reserve(bracket.size());
  for (const Rung& rung : bracket) parts.push_back(fmt::format("{} to step {}", rung.trials, rung.steps));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string space_text(const Parameter& parameter) {
  if (!parameter.is_range()) {
    std::vector<std::string> values;
    for (const Json& value : parameter.choices) values.push_back(dump_json(value));
    return fmt::format("{}", fmt::join(values, ", "));
  }
  std::string text = fmt::format("{} to {}", format_number(parameter.low), format_number(parameter.high));
  if (parameter.step > 0 && !(parameter.whole && parameter.step == 1)) text += " by " + format_number(parameter.step);
  if (parameter.whole) text += ", whole";
  return text + (parameter.log ? ", log" : "");
}

std::string about(double count) { return format_count(static_cast<std::uint64_t>(count)); }

}  // namespace

Point first_point(const SweepRecipe& recipe, int trial) {
  return recipe.method->point({recipe.parameters, recipe.seed, static_cast<std::size_t>(trial), {}});
}

SweepPlan plan_sweep(const SweepRecipe& recipe, const train::FinetunePreview& first) {
  SweepPlan plan{recipe, 0, recipe.method->brackets(recipe), {}, 0, 0, std::nullopt, 0, first.memory_bytes};
  for (const Bracket& bracket : plan.brackets) {
    plan.trials += bracket[0].trials;
    plan.steps += steps_of(bracket, first.steps);
  }
  for (int i = 0; i < std::min(plan.trials, kShown); ++i) plan.first_points.push_back(first_point(recipe, i));
  const double share = static_cast<double>(plan.steps) / static_cast<double>(std::max<std::int64_t>(1, first.steps));
  plan.tokens = share * static_cast<double>(first.tokens);
  if (first.seconds) plan.seconds = share * *first.seconds;
  plan.cost = plan.seconds.value_or(0) / 3600 * recipe.cost_per_hour;
  return plan;
}

Json SweepPlan::json() const {
  Json rungs = Json::array(), points = Json::array();
  for (const Bracket& bracket : brackets) {
    Json list = Json::array();
    for (const Rung& rung : bracket) list.push_back({{"trials", rung.trials}, {"steps", rung.steps}});
    rungs.push_back(std::move(list));
  }
  for (const Point& point : first_points) points.push_back(point_json(recipe.parameters, point));
  return {{"dry_run", true},
          {"settings", recipe.settings()},
          {"trials", trials},
          {"brackets", rungs},
          {"first_points", points},
          {"steps", steps},
          {"tokens_estimate", tokens},
          {"seconds_estimate", seconds ? Json(*seconds) : Json()},
          {"cost_estimate", cost > 0 ? Json(cost) : Json()},
          {"memory_bytes_estimate", memory_bytes}};
}

std::string SweepPlan::text() const {
  std::string text = fmt::format("recipe         {}\nmethod         {}, seed {}\n", recipe.recipe.string(),
                                 recipe.method->name, recipe.seed);
  for (const Metric& metric : recipe.metrics) {
    text += fmt::format("metric         {}, {}\n", metric.name, metric.maximize ? "maximize" : "minimize");
  }
  for (const Parameter& parameter : recipe.parameters) {
    text += fmt::format("  {:<28} {}\n", parameter.key, space_text(parameter));
  }
  text += fmt::format("trials         {}\n", trials);
  for (const Bracket& bracket : brackets) {
    if (bracket.size() > 1 || bracket[0].steps > 0) text += fmt::format("  {}\n", bracket_text(bracket));
  }
  text += fmt::format("steps          {}, {} tokens\n", about(static_cast<double>(steps)), about(tokens));
  text += fmt::format("memory         about {}\n", format_bytes(memory_bytes));
  text += "time           ";
  text += seconds ? fmt::format("about {} where nothing else runs, validation apart\n", format_duration(*seconds))
                  : "not estimated for a GPU\n";
  if (cost > 0) text += fmt::format("cost           about {:.2f}\n", cost);
  if (recipe.max_time_s > 0) {
    text += fmt::format("limit          no trial starts after {}\n", format_duration(recipe.max_time_s));
  }
  text += "\nfirst trials\n";
  for (const Point& point : first_points) {
    text += fmt::format("  {}\n", fmt::join(point_overrides(recipe.parameters, point), "  "));
  }
  return text;
}

}  // namespace llmops::sweep
