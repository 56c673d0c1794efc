// The best checkpoint and early stopping by another measure than the validation loss.
#include "core/error.h"
#include "core/hash.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"
#include "train/checkpoint_folder.h"
#include "train/finetune_lora.h"

using namespace llmops;
using test::long_recipe;

namespace {

/// Of eight validations: a task's figure that follows from the adapter alone, as a real one's does.
train::FinetuneHooks hooks_with_task(std::vector<double>* seen = nullptr) {
  train::FinetuneHooks hooks;
  hooks.measure_tasks = [seen](const fs::path& output) -> train::Measures {
    CHECK(fs::exists(output / "adapter_config.json"));
    const std::string weights = read_file(output / "adapter_model.safetensors");
    const double value = static_cast<double>(xxh3_64(weights, 1) % 1000) / 1000;
    if (seen != nullptr) seen->push_back(value);
    return {{"triage/acc", value}};
  };
  return hooks;
}

train::FinetuneRecipe task_recipe(const fs::path& output) {
  train::FinetuneRecipe recipe = long_recipe(output);
  recipe.max_steps = 24;
  recipe.eval_steps = 3;
  recipe.save_steps = 0;
  recipe.validation.eval_tasks = {"triage.yaml"};
  recipe.validation.metric_for_best_model = "triage/acc";
  return recipe;
}

}  // namespace

TEST_CASE("the adapter written is the best by a task's metric, in the direction asked for", "[train]") {
  const bool more = GENERATE(true, false);
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = task_recipe(scratch.path() / "out");
  recipe.validation.greater_is_better = more;
  std::vector<double> seen;
  const train::FinetuneReport report = train::finetune_lora(recipe, hooks_with_task(&seen));
  REQUIRE(seen.size() == 8);
  const auto best = more ? std::max_element(seen.begin(), seen.end()) : std::min_element(seen.begin(), seen.end());
  CHECK(report.best_metric == *best);
  CHECK(report.best_step == 3 * (best - seen.begin() + 1));
  CHECK(report.val_measures_best == train::Measures{{"triage/acc", *best}});
  CHECK(report.val_loss_best);
  const train::CheckpointFolder folder(recipe.output_dir);
  CHECK(read_file(fs::path(recipe.output_dir) / "adapter_model.safetensors") ==
        read_file(folder.checkpoint(report.best_step) / "adapter_model.safetensors"));
  CHECK_FALSE(fs::exists(folder.path() / "measured"));
}

TEST_CASE("a run stops early when the task's metric does not get better", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = task_recipe(scratch.path() / "out");
  recipe.early_stopping_patience = 2;
  int calls = 0;
  train::FinetuneHooks hooks;
  hooks.measure_tasks = [&calls](const fs::path&) -> train::Measures {
    return {{"triage/acc", ++calls <= 3 ? 0.1 * calls : 0.3}};
  };
  const train::FinetuneReport report = train::finetune_lora(recipe, hooks);
  CHECK(report.stopped_early);
  CHECK(report.best_step == 9);
  CHECK(report.steps == 15);
}

TEST_CASE("a run paused between validations by a task goes on to the same bytes", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = task_recipe(scratch.path() / "whole");
  recipe.early_stopping_patience = 6;
  const train::FinetuneReport whole = train::finetune_lora(recipe, hooks_with_task());
  train::FinetuneRecipe paused = recipe;
  paused.output_dir = (scratch.path() / "paused").string();
  paused.stop_at_step = 9;
  train::finetune_lora(paused, hooks_with_task());
  paused.stop_at_step = -1;
  paused.resume_from_checkpoint = "auto";
  const train::FinetuneReport resumed = train::finetune_lora(paused, hooks_with_task());
  CHECK(resumed.best_metric == whole.best_metric);
  CHECK(sha256_path(paused.output_dir) == sha256_path(recipe.output_dir));
  const train::CheckpointFolder one(recipe.output_dir), other(paused.output_dir);
  CHECK(sha256_path(one.checkpoint(whole.steps)) == sha256_path(other.checkpoint(resumed.steps)));
}

TEST_CASE("a whole model is measured as it would be written", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = task_recipe(scratch.path() / "out");
  recipe.adapter = "none";
  recipe.max_rollbacks = 0;
  recipe.max_steps = 3;
  train::FinetuneHooks hooks;
  std::string measured;
  hooks.measure_tasks = [&measured](const fs::path& output) -> train::Measures {
    measured = sha256_path(output);
    return {{"triage/acc", 1}};
  };
  train::finetune_lora(recipe, hooks);
  CHECK(measured == sha256_path(recipe.output_dir));
}

TEST_CASE("a metric that nobody measures is told at the first validation", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = task_recipe(scratch.path() / "out");
  recipe.validation.metric_for_best_model = "triage/f1";
  recipe.eval_on_start = true;
  CHECK_THROWS_WITH(train::finetune_lora(recipe, hooks_with_task()),
                    "metric_for_best_model 'triage/f1' was not measured; there are loss, triage/acc");
}
