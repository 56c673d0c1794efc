// What a checkpoint remembers, and when it belongs to another run.
#include "train/trainer_state.h"

#include "core/error.h"
#include "support/catch.h"

using namespace llmops;

namespace {

train::TrainerState state_of(const train::FinetuneRecipe& recipe) {
  train::TrainerState state;
  state.recipe = train::training_recipe(recipe);
  return state;
}

}  // namespace

TEST_CASE("a checkpoint of another recipe is refused, naming what differs", "[train]") {
  train::FinetuneRecipe recipe;
  const train::TrainerState saved = state_of(recipe);
  recipe.output_dir = "elsewhere", recipe.save_steps = 7;
  recipe.use_tensorboard = true, recipe.costs.power_watts = 65;  // what is told of a run may change with it
  CHECK_NOTHROW(train::check_same_run(saved, state_of(recipe), "checkpoint-3"));
  recipe.optimizer = "lion";
  CHECK_THROWS_WITH(
      train::check_same_run(saved, state_of(recipe), "checkpoint-3"),
      "'checkpoint-3' belongs to another run (optimizer: \"adamw_torch\" in the checkpoint, \"lion\" now)");
}

TEST_CASE("keys that a checkpoint does not know yet count as their defaults", "[train]") {
  train::FinetuneRecipe recipe;
  train::TrainerState saved = state_of(recipe);
  for (const char* key : {"optimizer", "optim_args", "lr_scheduler_kwargs", "loraplus_lr_ratio"})
    saved.recipe.erase(key);
  recipe.lr_scheduler_kwargs = {{"num_cycles", 0.5}};  // as a recipe that is read has them
  CHECK_NOTHROW(train::check_same_run(saved, state_of(recipe), "checkpoint-3"));
  recipe.loraplus_lr_ratio = 16;
  CHECK_THROWS_WITH(train::check_same_run(saved, state_of(recipe), "checkpoint-3"),
                    Catch::Contains("loraplus_lr_ratio: 1.0 in the checkpoint, 16.0 now"));
}

TEST_CASE("a state read back is the one written", "[train]") {
  train::TrainerState state = state_of({});
  state.step = 12, state.max_steps = 40, state.epoch = 1.5, state.tokens = 7000, state.supervised_tokens = 900;
  state.loss_first = 3.25, state.loss_last = 1.0 / 3, state.best_loss = 0.1, state.best_metric = 0.75,
  state.best_step = 10;
  state.log_history.push_back({{"step", 1}, {"loss", 3.25}});
  state.optimizer_steps = 9, state.recent_losses = {2.5, 1.25}, state.rollback_step = 8;
  state.rollback_optimizer_steps = 7, state.rollbacks = {{5, 4, "the loss is not finite"}};
  const Json json = state.json();
  CHECK(train::parse_trainer_state(json, "trainer_state.json").json() == json);
  CHECK(train::parse_trainer_state(json, "trainer_state.json").rollbacks[0].to_step == 4);
  Json early = json;  // of a version that could not undo steps
  for (const char* key : {"optimizer_steps", "recent_losses", "rollback_step", "rollbacks"}) early["llmops"].erase(key);
  const train::TrainerState read = train::parse_trainer_state(early, "trainer_state.json");
  CHECK(read.optimizer_steps == 12);
  CHECK(read.rollback_step == 12);
  CHECK(read.recent_losses == std::vector<double>{1.0 / 3});
  early["llmops"].erase("best_validation_loss");  // of a version that had no metric but the loss
  CHECK(train::parse_trainer_state(early, "trainer_state.json").best_loss == 0.75);
  Json old = json;
  old["llmops"]["format_version"] = 9;
  CHECK_THROWS_AS(train::parse_trainer_state(old, "trainer_state.json"), InputError);
}
