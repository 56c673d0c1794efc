// What a sweep would do: `sweep --dry-run`.
#pragma once

#include <string>
#include <vector>

#include "sweep/sweep_recipe.h"
#include "train/finetune_preview.h"

namespace llmops::sweep {

/// Steps, tokens and time are estimates from the first trial.
struct SweepPlan {
  const SweepRecipe& recipe;
  int trials = 0;
  std::vector<Bracket> brackets;
  std::vector<Point> first_points;  ///< at most five; of what does not depend on results
  std::int64_t steps = 0;           ///< of all trials
  double tokens = 0;                ///< of all trials
  std::optional<double> seconds;    ///< of all trials; unknown on a GPU
  double cost = 0;                  ///< 0 where nothing has a price
  std::uint64_t memory_bytes = 0;   ///< of the first trial

  Json json() const;
  std::string text() const;
};

/// @param first  the preview of the first trial
SweepPlan plan_sweep(const SweepRecipe& recipe, const train::FinetunePreview& first);

/// The point of a trial when none has ended.
Point first_point(const SweepRecipe& recipe, int trial);

}  // namespace llmops::sweep
