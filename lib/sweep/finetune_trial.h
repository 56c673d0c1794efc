// A trial that is a finetuning run: `llmops finetune-lora RECIPE --set ...` in a folder of its own.
#pragma once

#include <filesystem>
#include <string>

#include "sweep/sweep_recipe.h"
#include "sweep/trial.h"

namespace llmops::sweep {

/// Where a trial keeps what it makes: `adapter`, `report-RUNG.json`, `steps.jsonl`, `log.txt`.
std::filesystem::path trial_folder(const SweepRecipe& recipe, int trial);

struct TrialSettings {
  std::string parent_run;              ///< the sweep's
  std::vector<std::string> arguments;  ///< after all others: "--threads", "2"
};

/// Trains up to the end of the plan, going on from the newest checkpoint of its folder. A report that is there already
/// is taken: the process that made it was the last thing to end before the sweep was killed.
/// @throws Interrupted  after a checkpoint was saved
TrialRecord run_finetune_trial(const SweepRecipe& recipe, const TrialSettings& settings, const TrialPlan& plan,
                               const Say& say);

/// Removes the checkpoints of a trial that will not go on; its adapter stays.
void drop_checkpoints(const SweepRecipe& recipe, int trial);

}  // namespace llmops::sweep
