// GRPO: TRL's losses and gradients on fixed answers, and a model that learns what is rewarded.
#include <cmath>
#include <numeric>

#include "core/hash.h"
#include "model/lora.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"
#include "train/checkpoint_folder.h"
#include "train/finetune_lora.h"
#include "train/grpo_objective.h"

using namespace llmops;
using test::golden_recipe, test::kGolden;

namespace {

const Json& golden() {
  static const Json json = read_json_file(kGolden / "grpo/grpo.json");
  return json;
}

/// The answers of tests/golden/grpo/make.py to the prompts chosen.
train::Rollouts golden_rollouts(std::span<const train::MicroBatch> window) {
  train::Rollouts rollouts;
  rollouts.answers_each = 4;
  const auto advantages = golden()["advantages"]["group"].get<std::vector<double>>();
  for (const train::MicroBatch& batch : window) {
    for (const std::uint32_t prompt : batch) {
      rollouts.prompts.push_back(prompt);
      for (std::size_t i = 0; i < 4; ++i) {
        train::Example& example = rollouts.examples.emplace_back();
        example.tokens = golden()["prompts"][prompt].get<std::vector<std::int32_t>>();
        example.supervised.assign(example.tokens.size(), 0);
        for (const Json& token : golden()["answers"][prompt][i]) example.tokens.push_back(token.get<std::int32_t>());
        example.supervised_tokens = static_cast<std::int64_t>(golden()["answers"][prompt][i].size());
        example.supervised.resize(example.tokens.size(), 1);
        rollouts.advantages.push_back(advantages[4 * prompt + i]);
      }
    }
  }
  rollouts.measures = {{"reward", 0.5}};
  return rollouts;
}

/// Rewarded for answers with a digit in them.
train::FinetuneRecipe digits_recipe(const fs::path& output) {
  train::FinetuneRecipe recipe = golden_recipe(output.parent_path());
  recipe.lora_model_dir = "";
  recipe.preference.rl = "grpo";
  recipe.grpo.rewards = {{"regex", "[0-9]", nullptr, 1}};
  recipe.grpo.num_generations = 6;
  recipe.grpo.max_completion_length = 8;
  recipe.test_datasets = recipe.datasets;
  recipe.gradient_accumulation_steps = 1;
  recipe.micro_batch_size = 3;
  recipe.max_steps = 12;
  recipe.eval_steps = 6;
  recipe.eval_on_start = true;
  recipe.weight_decay = 0;
  recipe.learning_rate = 2e-2;
  recipe.output_dir = output.string();
  return recipe;
}

double measure(const train::Measures& measures, const std::string& name) {
  for (const auto& [key, value] : measures) {
    if (key == name) return value;
  }
  return NAN;
}

}  // namespace

TEST_CASE("losses and gradients on fixed answers are TRL's, however the batch is cut", "[train]") {
  const bool together = GENERATE(true, false);
  for (const Json& expected : golden()["cases"]) {
    INFO(expected.dump() << (together ? "" : ", a prompt at a time"));
    train::FinetuneRecipe recipe;
    recipe.grpo.loss_type = expected["loss_type"].get<std::string>();
    recipe.grpo.beta = expected["beta"].get<double>();
    recipe.grpo.temperature = expected["temperature"].get<double>();
    recipe.grpo.max_completion_length = golden()["limit"].get<int>();
    const model::Decoder before = model::Decoder::load(kGolden / "tiny-chat", at::kFloat);
    model::Decoder decoder = before;
    model::load_lora(decoder, kGolden / "lora/adapter");
    const auto tensors = model::lora_tensors(decoder);
    for (const auto& [name, tensor] : tensors) tensor.requires_grad_(true);
    const std::vector<train::Example> none;
    train::GrpoObjective objective(
        recipe, none, recipe.grpo.beta > 0 ? &before : nullptr,
        [](std::span<const train::MicroBatch> window, std::int64_t) { return golden_rollouts(window); }, false);
    const std::vector<train::MicroBatch> window =
        together ? std::vector<train::MicroBatch>{{0, 1}} : std::vector<train::MicroBatch>{{0}, {1}};
    train::Workers alone;
    objective.begin(decoder, window, 0, alone);
    double loss = 0, squares = 0;
    for (const train::MicroBatch& batch : window) {
      const train::ObjectiveLoss share = objective.loss(decoder, batch);
      loss += share.loss.item<double>();
      share.loss.backward();
    }
    for (const auto& [name, tensor] : tensors) squares += std::pow(tensor.grad().norm().item<double>(), 2);
    CHECK(loss == Approx(expected["loss"].get<double>()).margin(1e-5));
    CHECK(std::sqrt(squares) == Approx(expected["grad_norm"].get<double>()).margin(1e-4));
  }
}

TEST_CASE("a model learns to answer with what is rewarded", "[train]") {
  test::TemporaryDirectory scratch;
  std::vector<double> rewards;
  double drawn = 0;
  train::FinetuneHooks hooks;
  hooks.on_step = [&](const train::StepLog& log) {
    rewards.push_back(measure(log.measures, "reward"));
    drawn += 3 * 6 * measure(log.measures, "completions/mean_length");
    CHECK(static_cast<double>(log.supervised_tokens) == Approx(drawn));  // the answers, and not those of the data
    CHECK(log.tokens > log.supervised_tokens);
  };
  const train::FinetuneReport report = train::finetune_lora(digits_recipe(scratch.path() / "out"), hooks);
  REQUIRE(rewards.size() == 12);
  const double earlier = std::accumulate(rewards.begin(), rewards.begin() + 6, 0.0),
               later = std::accumulate(rewards.begin() + 6, rewards.end(), 0.0);
  CHECK(later > earlier);  // each step's reward is of 18 drawn answers, which rounding alone makes others
  CHECK(measure(report.val_measures_first, "reward") < 0.5);
  CHECK(measure(report.val_measures_best, "reward") > 0.9);
  CHECK(report.val_loss_best == -measure(report.val_measures_best, "reward"));
  CHECK_FALSE(fs::exists(scratch.path() / "out.checkpoints/policy"));
}

TEST_CASE("a run that draws answers and is resumed equals one never stopped, byte for byte", "[train]") {
  test::TemporaryDirectory scratch;
  train::finetune_lora(digits_recipe(scratch.path() / "whole"), {});
  train::FinetuneRecipe recipe = digits_recipe(scratch.path() / "cut");
  recipe.stop_at_step = 6;
  train::finetune_lora(recipe, {});
  recipe.stop_at_step = 0;
  recipe.resume_from_checkpoint = "auto";
  train::finetune_lora(recipe, {});
  CHECK(sha256_path(scratch.path() / "cut") == sha256_path(scratch.path() / "whole"));
  const auto last = [&](const char* run) {
    return sha256_path(train::CheckpointFolder((scratch.path() / run).string()).checkpoint(12));
  };
  CHECK(last("cut") == last("whole"));
}
