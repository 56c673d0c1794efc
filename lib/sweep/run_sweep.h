// The sweep itself: chooses points, has them trained, and drops the worse ones where it halves.
#pragma once

#include "core/progress.h"
#include "sweep/journal.h"
#include "sweep/sweep_recipe.h"

namespace llmops::sweep {

/// One trial with all its stretches of training.
struct Trial {
  int number = 0;
  Point point;
  std::string status;  ///< "finished", "failed", "dropped" where others went on, or "open"
  std::string error;
  int steps = 0;  ///< up to which it was trained; 0: as the recipe says
  /// As the last stretch told; `wall_s` is the sum of all, `peak_rss_bytes` the highest, `cost` by the price.
  Json report = Json::object();
  Losses losses;  ///< empty unless it has every metric

  bool measured() const { return !losses.empty(); }
};

struct SweepResult {
  std::vector<Trial> trials;  ///< by number
  int planned = 0;            ///< trials there would be with enough time
  bool out_of_time = false;
  double seconds = 0;  ///< of training, earlier processes included
};

struct SweepHooks {
  TrialRunner run;  ///< for what the journal lacks; its record is appended
  Progress* progress = nullptr;
  std::function<void(const Trial&)> on_result;  ///< after each stretch that was run
  std::function<void(const Trial&)> on_end;     ///< of each trial that has its result and will not go on
};

/// Same recipe and same results give the same trials; what the journal has is not done again.
/// @throws Interrupted  after noting it in the journal
SweepResult run_sweep(const SweepRecipe& recipe, Journal& journal, const SweepHooks& hooks);

}  // namespace llmops::sweep
