// A sweep: which keys of a recipe to vary, how to choose values, and what to judge trials by.
#pragma once

#include <filesystem>
#include <optional>

#include "sweep/brackets.h"
#include "sweep/metric.h"
#include "sweep/sampler.h"

namespace llmops::sweep {

struct SweepRecipe;
struct Method {
  const char* name;
  Point (*point)(const SampleRequest& request);
  std::vector<Bracket> (*brackets)(const SweepRecipe& sweep);
  bool needs_trials;  ///< else their number follows from the rest
  bool halves;        ///< trials get their steps by `min_resource`, `max_resource` and `eta`
};
const std::vector<Method>& methods();

struct SweepRecipe {
  std::filesystem::path file;
  std::filesystem::path recipe;  ///< of finetuning
  Json recipe_json;              ///< its keys as written
  std::string output_dir;
  const Method* method = nullptr;
  std::vector<std::string> eval_tasks;  ///< files; none: trials are not evaluated
  int eval_limit = 0;                   ///< documents of each; 0: all
  std::vector<Metric> metrics;          ///< the first is what trials are sorted by
  std::vector<Parameter> parameters;
  int trials = 0;
  std::optional<Halving> halving;
  double max_time_s = 0;     ///< of all trials; none starts after it; 0 is off
  double cost_per_hour = 0;  ///< of the machine; what `cost` counts
  std::uint64_t seed = 42;

  /// What decides the points of trials and their worth; a sweep goes on only under the same.
  Json settings() const;
  /// `key=value` of a trial, for `--set`; where halving, with the length of the whole schedule
  std::vector<std::string> overrides(const Point& point) const;
};

/// Checks the parameters against the finetuning recipe, too.
/// @param overrides  "key=value" of the sweep's own keys, from --set
/// @throws ConfigError  listing every problem
SweepRecipe read_sweep_recipe(const std::filesystem::path& path, const std::vector<std::string>& overrides);

}  // namespace llmops::sweep
