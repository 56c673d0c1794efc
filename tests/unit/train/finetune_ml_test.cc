// The whole of finetuning on the tiny model: the losses of transformers and peft, and runs that are killed.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "train/checkpoint_folder.h"
#include "train/finetune_lora.h"

using namespace llmops;

namespace {

const fs::path kGolden = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden";

/// The run of tests/golden/lora/make.py.
train::FinetuneRecipe golden_recipe(const fs::path& scratch) {
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

std::vector<train::StepLog> logs_of(const train::FinetuneRecipe& recipe) {
  std::vector<train::StepLog> logs;
  train::FinetuneHooks hooks;
  hooks.on_step = [&](const train::StepLog& log) { logs.push_back(log); };
  train::finetune_lora(recipe, hooks);
  return logs;
}

/// Dropout, validation and several checkpoints, so that all that resuming restores is in play.
train::FinetuneRecipe long_recipe(const fs::path& output) {
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

/// The same with an optimizer's name.
train::FinetuneRecipe long_recipe(const fs::path& output, const std::string& optimizer) {
  train::FinetuneRecipe recipe = long_recipe(output);
  recipe.optimizer = optimizer;
  recipe.learning_rate = 2e-3;
  recipe.loraplus_lr_ratio = 4;
  recipe.lr_scheduler = "wsd";
  recipe.lr_scheduler_kwargs = {{"num_decay_steps", 20}};
  // State of every kind: codes although the model is tiny, and a first moment.
  if (optimizer == "adamw_8bit") recipe.optim_args = {{"min_8bit_size", 0}};
  if (optimizer == "adafactor") recipe.optim_args = {{"beta1", 0.9}};
  return recipe;
}

std::string result_hash(const fs::path& output) {
  return sha256_path(output) + sha256_path(train::CheckpointFolder(output.string()).checkpoint(60));
}

/// Starts this test program again to train into `output`.
pid_t start_child(const fs::path& output, const std::string& optimizer) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setenv("LLMOPS_TEST_FINETUNE_OUTPUT", output.c_str(), 1);
  ::setenv("LLMOPS_TEST_FINETUNE_OPTIMIZER", optimizer.c_str(), 1);
  const int nowhere = ::open("/dev/null", O_WRONLY);
  ::dup2(nowhere, STDOUT_FILENO);
  ::execl("/proc/self/exe", "test_train_ml", "[finetune-child]", nullptr);
  ::_exit(127);
}

}  // namespace

TEST_CASE("the child that is killed", "[.][finetune-child]") {
  const char* output = std::getenv("LLMOPS_TEST_FINETUNE_OUTPUT");
  const char* optimizer = std::getenv("LLMOPS_TEST_FINETUNE_OPTIMIZER");
  REQUIRE(output != nullptr);
  REQUIRE(optimizer != nullptr);
  train::FinetuneRecipe recipe = long_recipe(output, optimizer);
  recipe.resume_from_checkpoint = "auto";
  train::finetune_lora(recipe, {});
}

TEST_CASE("ten steps give the losses of transformers and peft, however the batch is cut", "[train]") {
  const Json golden = read_json_file(kGolden / "lora/training.json");
  const auto losses = golden["losses"].get<std::vector<double>>();
  const auto norms = golden["grad_norms"].get<std::vector<double>>();
  const auto rates = golden["learning_rates"].get<std::vector<double>>();
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = golden_recipe(scratch.path());
  SECTION("one example at a time, accumulated") {}
  SECTION("two examples, then one") {
    recipe.micro_batch_size = 2;
    recipe.gradient_accumulation_steps = 2;
  }
  SECTION("packed into one row") {
    recipe.sample_packing = true;
    recipe.gradient_accumulation_steps = 1;
  }
  SECTION("packed into two rows") {
    recipe.sample_packing = true;
    recipe.sequence_len = 90;
  }
  SECTION("recomputing layers in the backward pass") { recipe.gradient_checkpointing = true; }
  const std::vector<train::StepLog> logs = logs_of(recipe);
  REQUIRE(logs.size() == 10);
  for (std::size_t i = 0; i < logs.size(); ++i) {
    CHECK(logs[i].loss == Approx(losses[i]).margin(1e-4));
    CHECK(logs[i].grad_norm == Approx(norms[i]).margin(1e-3));
    CHECK(logs[i].learning_rate == Approx(rates[i]).margin(1e-12));
  }
  CHECK(logs.back().supervised_tokens == 10 * golden["supervised"].get<int>());
}

TEST_CASE("a run killed at any point and resumed equals one never killed, byte for byte", "[train]") {
  const std::string optimizer = GENERATE("adamw_torch", "adamw_8bit", "adafactor", "lion");
  INFO(optimizer);
  test::TemporaryDirectory scratch;
  const fs::path whole = scratch.path() / "whole", killed = scratch.path() / "killed";
  const train::FinetuneReport report = train::finetune_lora(long_recipe(whole, optimizer), {});
  CHECK(report.loss_last < 0.8 * report.loss_first);
  int kills = 0;
  for (int attempt = 0; attempt < 40; ++attempt) {
    const pid_t child = start_child(killed, optimizer);
    const train::CheckpointFolder folder(killed.string());
    const auto before = folder.steps();
    int status = 0;
    pid_t ended = 0;
    // Three attempts die just after a new checkpoint appears, wherever the loop then is; the next may finish.
    while ((ended = ::waitpid(child, &status, WNOHANG)) == 0) {
      if (kills < 3 && folder.steps() != before) {
        std::this_thread::sleep_for(std::chrono::milliseconds(3 * attempt));
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (WIFSIGNALED(status)) {
      ++kills;
      continue;
    }
    REQUIRE(WEXITSTATUS(status) == 0);
    break;
  }
  CHECK(kills >= 1);
  CHECK(result_hash(killed) == result_hash(whole));
}

TEST_CASE("Ctrl-C saves a checkpoint, and the run goes on from it", "[train]") {
  test::TemporaryDirectory scratch;
  const fs::path whole = scratch.path() / "whole", cut = scratch.path() / "cut";
  train::finetune_lora(long_recipe(whole), {});
  train::FinetuneRecipe recipe = long_recipe(cut);
  train::FinetuneHooks hooks;
  hooks.on_step = [](const train::StepLog& log) {
    if (log.step == 13) request_cancel();
  };
  CHECK_THROWS_AS(train::finetune_lora(recipe, hooks), Interrupted);
  CHECK(cancel_requested());
  clear_cancel();
  CHECK_FALSE(fs::exists(cut));
  CHECK(train::CheckpointFolder(cut.string()).steps().back() == 13);

  CHECK_THROWS_AS(train::finetune_lora(recipe, {}), UsageError);  // an unfinished run is never overwritten
  recipe.resume_from_checkpoint = "auto";
  recipe.learning_rate = 5e-3;
  CHECK_THROWS_WITH(train::finetune_lora(recipe, {}),
                    Catch::Contains("learning_rate: 0.01 in the checkpoint, 0.005 now"));
  recipe.learning_rate = 1e-2;
  const train::FinetuneReport report = train::finetune_lora(recipe, {});
  CHECK(report.resumed);
  CHECK(result_hash(cut) == result_hash(whole));
}

TEST_CASE("the adapter written is the one of the best validation loss", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = long_recipe(scratch.path() / "out");
  recipe.eval_steps = 2;
  recipe.save_steps = 0;
  recipe.learning_rate = 0.4;  // so high that it soon gets worse
  recipe.lr_scheduler = "constant";
  recipe.early_stopping_patience = 4;
  const train::FinetuneReport report = train::finetune_lora(recipe, {});
  REQUIRE(report.val_loss_best);
  CHECK(report.stopped_early);
  CHECK(report.steps == report.best_step + 8);
  const train::CheckpointFolder folder(recipe.output_dir);
  CHECK(folder.steps().size() <= 3);
  CHECK(read_file(fs::path(recipe.output_dir) / "adapter_model.safetensors") ==
        read_file(folder.checkpoint(report.best_step) / "adapter_model.safetensors"));
}
