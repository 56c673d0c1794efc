// What a dry run tells: steps, tokens, masks, and estimates of memory and time.
#include "train/finetune_preview.h"

#include "support/catch.h"
#include "support/tiny_finetune.h"
#include "train/training_cost.h"

using namespace llmops;

namespace {

train::FinetuneRecipe small_recipe() {
  train::FinetuneRecipe recipe = test::golden_recipe("unused");
  recipe.lora_model_dir = "";
  return recipe;
}

/// Two sequences of 100 tokens a step, ten of them supervised.
train::TrainingCost cost_of(const train::FinetuneRecipe& recipe, std::size_t steps = 4) {
  const model::ModelConfig config = model::read_model_config(test::kGolden / "tiny-chat");
  train::Example example;
  example.tokens.assign(100, 1);
  example.supervised_tokens = 10;
  return train::training_cost(config, recipe, {example, example},
                              std::vector<train::PlannedStep>(steps, {{{0, 1}}, 0, false, 0}));
}

}  // namespace

TEST_CASE("a preview counts what the run will do, and shows the mask", "[train]") {
  const train::FinetunePreview preview = train::preview_finetune(small_recipe());
  CHECK(preview.steps == 10);
  CHECK(preview.tokens == 10 * (39 + 42 + 42));  // as tests/golden/lora/training.json has them
  CHECK(preview.supervised_tokens == 440);
  CHECK(preview.trainable_parameters > 0);
  REQUIRE(preview.samples.size() == 1);
  const auto& runs = preview.samples[0].runs;
  REQUIRE(runs.size() == 3);
  CHECK_THAT(runs[0].text, Catch::StartsWith("<|im_start|>user\n") && Catch::EndsWith("<|im_start|>assistant\n"));
  CHECK(runs[1].supervised);
  CHECK_THAT(runs[1].text, Catch::StartsWith("{\"category\"") && Catch::EndsWith("<|im_end|>"));
  REQUIRE(preview.seconds);
  CHECK(*preview.seconds > 0);
  CHECK(preview.json()["seconds_estimate"] == *preview.seconds);
  CHECK_THAT(preview.text(false), Catch::Contains("[[{\"category\"") && Catch::Contains("\ntime "));
  CHECK_FALSE(preview.json().contains("bill_estimate"));
  CHECK_THAT(preview.text(false), !Catch::Contains("\ncost "));
}

TEST_CASE("a preview tells what the run will cost, at the recipe's prices", "[train]") {
  train::FinetuneRecipe recipe = small_recipe();
  recipe.costs.cost_per_hour = 7200;
  recipe.costs.power_watts = 50;
  const train::FinetunePreview preview = train::preview_finetune(recipe);
  CHECK(preview.json()["bill_estimate"]["cost"].get<double>() == Approx(2 * preview.seconds.value()));
  CHECK(preview.json()["bill_estimate"]["energy_j"].get<double>() == Approx(50 * preview.seconds.value()));
  CHECK_THAT(preview.text(false), Catch::Contains("\ncost ") && Catch::Contains("estimated from 'power_watts'"));
}

TEST_CASE("a preview does not guess how fast a GPU is", "[train]") {
  train::FinetuneRecipe recipe = small_recipe();
  recipe.device = "cuda";
  recipe.costs.cost_per_hour = 7200;
  const train::FinetunePreview preview = train::preview_finetune(recipe);
  CHECK(preview.json()["seconds_estimate"].is_null());
  CHECK_FALSE(preview.json().contains("bill_estimate"));
  CHECK_THAT(preview.text(false), Catch::Contains("not estimated for cuda") && !Catch::Contains("\ncost "));
}

TEST_CASE("a reward model's head is one row, trained beside the adapter", "[train]") {
  train::FinetuneRecipe recipe = small_recipe();
  const train::FinetunePreview plain = train::preview_finetune(recipe);
  recipe.preference.reward_model = true;
  recipe.datasets = {{(test::kGolden / "reward/chats.jsonl").string(), "", "train"}};
  const train::FinetunePreview preview = train::preview_finetune(recipe);
  CHECK(preview.trainable_parameters == plain.trainable_parameters + 64);
  CHECK(preview.base_parameters == plain.base_parameters + 64);  // whose head is its embedding
  CHECK(preview.form == "preference");
}

TEST_CASE("the estimates follow what costs memory and time", "[train]") {
  train::FinetuneRecipe recipe = small_recipe();
  const train::TrainingCost cost = cost_of(recipe);
  CHECK(cost_of(recipe, 8).multiply_adds == Approx(2 * cost.multiply_adds));
  CHECK(cost_of(recipe, 8).memory_bytes == cost.memory_bytes);
  CHECK(train::training_seconds(cost, 50) == Approx(2 * train::training_seconds(cost, 100)));
  // The weights of both layers pass twice a token, those of the head twice a supervised one; adapter and scores beside.
  const double layers = 2.0 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 128), head = 384.0 * 64;
  CHECK(cost.multiply_adds > 8 * (2 * layers * 100 + 2 * head * 10));
  CHECK(cost.multiply_adds < 10 * (2 * layers * 100 + 2 * head * 10) + 8 * 100 * 3.0 * 60'000);

  recipe.gradient_checkpointing = true;
  CHECK(cost_of(recipe).multiply_adds > 1.3 * cost.multiply_adds);
  recipe = small_recipe();
  recipe.max_rollbacks = 0;
  CHECK(cost_of(recipe).memory_bytes < cost.memory_bytes);
  recipe.optimizer = "adafactor";
  CHECK(cost.memory_bytes - cost_of(recipe).memory_bytes >
        static_cast<std::uint64_t>(19 * cost.trainable_parameters));  // moments, and all that a rollback keeps
}
