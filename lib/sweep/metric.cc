// Reads metrics, and finds them in reports.
#include "sweep/metric.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/spelling.h"
#include "train/finetune_lora.h"

namespace llmops::sweep {
namespace {

constexpr const char* kGoals[] = {"minimize", "maximize"};

bool validates(const Json& recipe) {
  const auto tests = recipe.find("test_datasets");
  if (tests != recipe.end() && !tests->empty()) return true;
  const auto share = recipe.find("val_set_size");
  return share == recipe.end() || !share->is_number() || share->get<double>() > 0;
}

/// Supervised training alone tells nothing of a validation but its loss.
bool has_measures(const Json& recipe) { return recipe.contains("rl") || recipe.contains("teacher_model"); }

void check_name(config::YamlObject& object, const Metric& metric, const Json& recipe, bool priced, bool evaluated) {
  const std::vector<std::string> known = report_metrics();
  const bool listed = std::find(known.begin(), known.end(), metric.name) != known.end();
  const bool measure = metric.name.starts_with("val_") && has_measures(recipe);
  const bool task = metric.name.starts_with("eval.");
  object.check(!task || evaluated, "name", fmt::format("is '{}', and no task is evaluated", metric.name),
               "add eval: {tasks: [task.yaml]}");
  object.check(listed || measure || task, "name", fmt::format("is '{}', which no trial reports", metric.name),
               did_you_mean(metric.name, known, fmt::format("for example {}", known[0])));
  object.check(!metric.name.starts_with("val_") || validates(recipe), "name",
               fmt::format("is '{}', but the recipe holds nothing out", metric.name),
               "set val_set_size or test_datasets in the recipe");
  object.check(metric.name != "cost" || priced || recipe.contains("cost_per_hour"), "name",
               "is 'cost', and nothing says what an hour costs", "add cost_per_hour: 1.20");
}

}  // namespace

std::vector<std::string> report_metrics() {
  std::vector<std::string> names = {"val_loss_best", "cost", "energy_j", "carbon_g"};
  train::FinetuneReport report;
  report.val_loss_first = 0;
  const Json json = report.json();
  for (const auto& [key, value] : json.items()) {
    if (value.is_number()) names.push_back(key);
  }
  return names;
}

std::vector<Metric> read_metrics(config::YamlObject& sweep, const Json& recipe, bool priced) {
  std::vector<Metric> metrics;
  for (config::YamlObject& object : sweep.objects("metric")) {
    Metric metric;
    std::string goal = kGoals[0];
    object.required("name", metric.name);
    object.optional("goal", goal);
    const bool known = std::find(std::begin(kGoals), std::end(kGoals), goal) != std::end(kGoals);
    object.check(known, "goal", fmt::format("is '{}', expected minimize or maximize", goal));
    metric.maximize = goal == kGoals[1];
    if (!metric.name.empty()) check_name(object, metric, recipe, priced, sweep.has("eval"));
    const bool again =
        std::any_of(metrics.begin(), metrics.end(), [&](const Metric& other) { return other.name == metric.name; });
    object.check(!again, "name", fmt::format("is '{}' twice", metric.name));
    metrics.push_back(std::move(metric));
  }
  sweep.check(!metrics.empty(), "metric", "is missing", "add metric: {name: val_loss_best, goal: minimize}");
  return metrics;
}

std::optional<double> metric_value(const Json& report, const std::string& name) {
  Json numbers = report;
  const auto add_all = [&](const char* key, const std::string& prefix) {
    const Json group = report.value(key, Json::object());
    for (const auto& [name_in_group, value] : group.items()) numbers[prefix + name_in_group] = value;
  };
  add_all("val_measures_best", "val_");
  add_all("eval", "eval.");
  if (!numbers.contains(name)) {
    std::vector<std::string> known;
    for (const auto& [key, value] : numbers.items()) {
      if (value.is_number()) known.push_back(key);
    }
    throw InputError(fmt::format("trials do not report '{}'", name),
                     did_you_mean(name, known, fmt::format("they report {}", fmt::join(known, ", "))));
  }
  const Json& found = numbers[name];
  if (!found.is_number() || !std::isfinite(found.get<double>())) return std::nullopt;
  return found.get<double>();
}

}  // namespace llmops::sweep
