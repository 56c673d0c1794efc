// A trial that is a finetuning run: `llmops finetune-lora RECIPE --set ...` in a folder of its own.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sweep/sweep_recipe.h"
#include "sweep/trial.h"

namespace llmops::sweep {

/// Where a trial keeps what it makes: `output` (the adapter or model), `report-RUNG.json`, `eval-RUNG.json`,
/// `steps.jsonl`, `log.txt`.
std::filesystem::path trial_folder(const SweepRecipe& recipe, int trial);

struct TrialSettings {
  std::string parent_run;              ///< the sweep's
  std::optional<std::string> device;   ///< to train on, over the recipe's
  std::vector<std::string> arguments;  ///< of training and evaluation, after all others: "--threads", "2"
};

/// Trains up to the end of the plan, going on from the newest checkpoint of its folder, and measures what came of it on
/// the sweep's tasks; their metrics stand under "eval" of the report. A report that is there already
/// is taken: the process that made it was the last thing to end before the sweep was killed.
/// @throws Interrupted  after a checkpoint was saved
TrialRecord run_finetune_trial(const SweepRecipe& recipe, const TrialSettings& settings, const TrialPlan& plan,
                               const Say& say);

/// What a trial's report says it wrote.
struct TrialOutput {
  std::string kind;  ///< "adapter" or "model"
  std::string path;  ///< "" where there is none
};
TrialOutput trial_output(const Json& report);

/// Removes the checkpoints of a trial that will not go on; what it wrote stays.
void drop_checkpoints(const SweepRecipe& recipe, int trial);

}  // namespace llmops::sweep
