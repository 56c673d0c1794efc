// Works out what a run would do.
#include "train/finetune_preview.h"

#include <algorithm>

#include "core/error.h"
#include "core/process.h"
#include "ops/machine_limits.h"
#include "train/epoch_plan.h"
#include "train/fresh_model.h"
#include "train/rewards.h"
#include "train/schedule.h"
#include "train/training_cost.h"

namespace llmops::train {
namespace {

/// Of training in bfloat16, whose products are many times as fast, and the rest not.
constexpr double kBfloat16Speed = 1.5;

/// Measured, in half a second.
double peak_gmac_s(const FinetuneRecipe& recipe) {
  ops::ThreadPool pool(recipe.threads > 0 ? recipe.threads : available_processors());
  return ops::measure_limits(pool).float32_gmac_s * (recipe.bf16 ? kBfloat16Speed : 1);
}

MaskedText masked(const Example& example, const text::Tokenizer& tokenizer) {
  MaskedText sample;
  for (std::size_t i = 0; i < example.tokens.size(); ++i) {
    const bool supervised = example.supervised[i] != 0;
    if (sample.runs.empty() || sample.runs.back().supervised != supervised) sample.runs.push_back({"", supervised});
    sample.runs.back().text += tokenizer.token_bytes(example.tokens[i], /*skip_special=*/false);
  }
  return sample;
}

void count_plan(const TrainingData& data, const std::vector<PlannedStep>& plan, FinetunePreview& preview) {
  const FinetuneRecipe& r = preview.recipe;
  std::int64_t forwards = 0;
  for (const PlannedStep& step : plan) {
    forwards += static_cast<std::int64_t>(step.micro_batches.size());
    preview.tokens += batch_tokens(data.train, step.micro_batches);
    preview.supervised_tokens += supervised_tokens(data.train, step.micro_batches);
  }
  preview.steps = static_cast<std::int64_t>(plan.size());
  preview.warmup_steps = Schedule(r, preview.steps).warmup_steps();
  preview.row_fill = static_cast<double>(preview.tokens) /
                     static_cast<double>(forwards * r.micro_batch_size * std::int64_t{r.row_tokens()});
}

}  // namespace

FinetunePreview preview_finetune(const FinetuneRecipe& recipe) {
  if (!std::filesystem::is_directory(recipe.tokenizer_path())) {
    throw InputError("'" + recipe.tokenizer_path().string() + "' is not a model folder");
  }
  const auto tokenizer = text::load_tokenizer(recipe.tokenizer_path());
  const auto chat_template = text::load_chat_template(recipe.tokenizer_path());
  check_reward_models(recipe.grpo.rewards, tokenizer->fingerprint());
  const model::ModelConfig config = starting_config(recipe, *tokenizer);
  const TrainingData data = load_training_data(recipe, *tokenizer, chat_template.get());
  FinetunePreview preview;
  preview.recipe = recipe;
  preview.train = data.train_counts;
  preview.validation = data.validation_counts;
  preview.form = data.form;
  preview.base_parameters = config.parameter_count();
  const std::vector<PlannedStep> plan = plan_steps(data.train, plan_options(recipe));
  count_plan(data, plan, preview);
  const TrainingCost cost = training_cost(config, recipe, data.train, plan);
  preview.trainable_parameters = cost.trainable_parameters;
  preview.memory_bytes = cost.memory_bytes;
  preview.engine_bytes = cost.engine_bytes;
  if (recipe.device == "cpu") preview.seconds = training_seconds(cost, peak_gmac_s(recipe));
  const MicroBatch& first = plan.front().micro_batches.front();
  for (std::size_t i = 0; i < std::min<std::size_t>(2, first.size()); ++i) {
    preview.samples.push_back(masked(data.train[first[i]], *tokenizer));
  }
  return preview;
}

}  // namespace llmops::train
