// Finetuning runs on the tiny model that several tests start.
#pragma once

#include "core/files.h"
#include "train/finetune_lora.h"

namespace llmops::test {

const fs::path kGolden = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden";

/// The run of tests/golden/lora/make.py.
inline train::FinetuneRecipe golden_recipe(const fs::path& scratch) {
  train::FinetuneRecipe recipe;
  recipe.base_model = "tiny-chat";
  recipe.base_path = kGolden / "tiny-chat";
  recipe.datasets = {{(kGolden / "lora/records.jsonl").string(), "", "train"}};
  recipe.val_set_size = 0;
  recipe.lora_model_dir = (kGolden / "lora/start").string();
  recipe.learning_rate = 1e-2;
  recipe.weight_decay = 0.1;
  recipe.warmup_steps = 2;
  recipe.max_steps = 10;
  recipe.sample_packing = false;
  recipe.gradient_accumulation_steps = 3;
  recipe.threads = 1;
  recipe.output_dir = (scratch / "out").string();
  return recipe;
}

/// Dropout, validation and several checkpoints, so that all that resuming restores is in play.
inline train::FinetuneRecipe long_recipe(const fs::path& output) {
  train::FinetuneRecipe recipe = golden_recipe(output.parent_path());
  recipe.lora_model_dir = "";
  recipe.lora_r = 4;
  recipe.lora_dropout = 0.1;
  recipe.test_datasets = recipe.datasets;
  recipe.gradient_accumulation_steps = 1;
  recipe.max_steps = 60;
  recipe.eval_steps = 7;
  recipe.save_steps = 5;
  recipe.save_total_limit = 3;
  recipe.output_dir = output.string();
  return recipe;
}

/// What a run logs, step by step.
inline std::vector<train::StepLog> logs_of(const train::FinetuneRecipe& recipe) {
  std::vector<train::StepLog> logs;
  train::FinetuneHooks hooks;
  hooks.on_step = [&](const train::StepLog& log) { logs.push_back(log); };
  train::finetune_lora(recipe, hooks);
  return logs;
}

}  // namespace llmops::test
