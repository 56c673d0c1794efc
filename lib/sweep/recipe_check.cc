// Tries values on the finetuning recipe's own reader, and tells its errors at the lines of the sweep.
#include "sweep/recipe_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <sstream>

#include "core/error.h"
#include "train/recipe.h"

namespace llmops::sweep {
namespace {

using config::YamlObject;

/// Each choice of a parameter, or the ends of its range.
std::vector<double> candidates(const Parameter& parameter) {
  if (parameter.is_range()) return {parameter.low, parameter.high};
  std::vector<double> indices(parameter.choices.size());
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

/// Points in which every candidate occurs.
std::vector<Point> points_to_try(const std::vector<Parameter>& parameters) {
  std::size_t count = 1;
  for (const Parameter& parameter : parameters) count = std::max(count, candidates(parameter).size());
  std::vector<Point> points(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (const Parameter& parameter : parameters) {
      const std::vector<double> all = candidates(parameter);
      points[i].push_back(all[i % all.size()]);
    }
  }
  return points;
}

void refuse_own_keys(YamlObject& object, const SweepRecipe& sweep) {
  const std::string key_of_halving = sweep.halving ? "max_steps" : "";
  for (const Parameter& parameter : sweep.parameters) {
    const std::string& key = parameter.key;
    const bool ours =
        key == "output_dir" || key == "resume_from_checkpoint" || key == "stop_at_step" || key == key_of_halving;
    object.check(!ours, key, "is set by the sweep itself");
  }
}

/// @param line  of what the recipe's reader said, which names the override it is about
void tell(YamlObject& root, YamlObject& object, const SweepRecipe& sweep, const std::vector<std::string>& overrides,
          const std::string& line, const std::string& hint) {
  for (std::size_t i = 0; i < sweep.parameters.size(); ++i) {
    const std::string prefix = "--set " + overrides[i] + ": ";
    if (!line.starts_with(prefix)) continue;
    const std::string& key = sweep.parameters[i].key;
    const std::string reason = line.substr(prefix.size());
    const std::string value = overrides[i].substr(key.size() + 1);
    object.check(false, key,
                 reason.starts_with("unknown key") ? "is no key of the recipe"
                                                   : fmt::format("gives the recipe {}: {}", value, reason),
                 hint);
    return;
  }
  root.check(false, "recipe", "cannot be trained: " + line, hint);
}

}  // namespace

Json read_base_recipe(YamlObject& sweep, const std::filesystem::path& path) {
  try {
    return config::YamlDocument::from_file(path).json();
  } catch (const Error& error) {
    sweep.check(false, "recipe", fmt::format("cannot be read: {}", error.what()), error.hint());
    return {};
  }
}

void check_parameters(YamlObject& root, const SweepRecipe& sweep) {
  YamlObject object = root.object("parameters");
  refuse_own_keys(object, sweep);
  for (const Point& point : points_to_try(sweep.parameters)) {
    std::vector<std::string> overrides = sweep.overrides(point);
    overrides.emplace_back("output_dir=x");
    try {
      train::read_finetune_recipe(sweep.recipe, overrides);
    } catch (const ConfigError& error) {
      std::istringstream lines(error.what());
      std::string hint = error.hint();  // of the first line
      for (std::string line; std::getline(lines, line); hint.clear()) tell(root, object, sweep, overrides, line, hint);
    }
  }
}

}  // namespace llmops::sweep
