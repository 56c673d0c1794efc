// Checkpoints on disk and the state in them.
#include "train/checkpoint_folder.h"

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "train/trainer_state.h"

using namespace llmops;

TEST_CASE("pruning keeps the newest and the best, and touches nothing else", "[train]") {
  test::TemporaryDirectory scratch;
  const train::CheckpointFolder folder((scratch.path() / "out/").string());
  CHECK(folder.path() == scratch.path() / "out.checkpoints");
  CHECK(folder.steps().empty());
  for (const int step : {5, 10, 100, 15}) fs::create_directories(folder.checkpoint(step));
  fs::create_directories(folder.path() / ".checkpoint-20.tmp");
  fs::create_directories(folder.path() / "notes");
  CHECK(folder.steps() == std::vector<std::int64_t>{5, 10, 15, 100});
  folder.prune(2, 10);
  CHECK(folder.steps() == std::vector<std::int64_t>{10, 100});
  folder.prune(1, 10);
  CHECK(folder.steps() == std::vector<std::int64_t>{10, 100});
  folder.mark_finished(10);
  CHECK(folder.finished());
  folder.clear();
  CHECK(folder.steps().empty());
  CHECK_FALSE(folder.finished());
  CHECK_FALSE(fs::exists(folder.path() / ".checkpoint-20.tmp"));
  CHECK(fs::exists(folder.path() / "notes"));
}

TEST_CASE("trainer_state.json has transformers' keys and comes back as written", "[train]") {
  train::TrainerState state;
  state.step = 12;
  state.max_steps = 40;
  state.best_loss = 0.5;
  state.best_metric = 0.25;
  state.best_step = 10;
  state.recipe = {{"lora_r", 8}};
  state.data_fingerprint = "abc";
  const Json json = state.json();
  CHECK(json["global_step"] == 12);
  CHECK(json["best_metric"] == 0.25);
  CHECK(json["best_model_checkpoint"] == "checkpoint-10");
  CHECK(train::parse_trainer_state(parse_json(dump_json(json), "s"), "s").json() == json);
  Json other = json;
  other["llmops"]["format_version"] = 9;
  CHECK_THROWS_AS(train::parse_trainer_state(other, "s"), InputError);
  other.erase("llmops");
  CHECK_THROWS_WITH(train::parse_trainer_state(other, "s"), "s: 'llmops' is missing");
}

TEST_CASE("a checkpoint of another run says what differs", "[train]") {
  train::TrainerState saved, now;
  saved.recipe = {{"lora_r", 8}, {"seed", 1}};
  now.recipe = {{"lora_r", 16}, {"seed", 1}};
  saved.data_fingerprint = "aaaa";
  now.data_fingerprint = "bbbb";
  CHECK_THROWS_WITH(train::check_same_run(saved, now, "c-1"),
                    "'c-1' belongs to another run (lora_r: 8 in the checkpoint, 16 now; training data: aaaa in the "
                    "checkpoint, bbbb now)");
  CHECK_NOTHROW(train::check_same_run(saved, saved, "c-1"));
}
