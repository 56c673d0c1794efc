// Runs that are killed or interrupted, and go on to the same bytes.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "core/cancel.h"
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

/// With an optimizer's name; "rollbacks": AdamW at a rate so high that the loss often leaps; "whole model"; or that in
/// "bfloat16".
train::FinetuneRecipe variant_recipe(const fs::path& output, const std::string& variant) {
  train::FinetuneRecipe recipe = long_recipe(output);
  if (variant == "rollbacks") {
    recipe.loss_spike_factor = 1.05;
    recipe.max_rollbacks = 60;
  } else if (variant == "whole model" || variant == "bfloat16") {
    recipe.adapter = "none";
    recipe.bf16 = variant == "bfloat16";
  } else {
    recipe.optimizer = variant;
  }
  recipe.neftune_noise_alpha = 5;
  recipe.label_smoothing_factor = 0.05;
  recipe.learning_rate = variant == "rollbacks" ? 0.4 : 2e-3;
  recipe.loraplus_lr_ratio = 4;
  recipe.lr_scheduler = "wsd";
  recipe.lr_scheduler_kwargs = {{"num_decay_steps", 20}};
  // State of every kind: codes although the model is tiny, and a first moment.
  if (variant == "adamw_8bit") recipe.optim_args = {{"min_8bit_size", 0}};
  if (variant == "adafactor") recipe.optim_args = {{"beta1", 0.9}};
  return recipe;
}

std::string result_hash(const fs::path& output) {
  return sha256_path(output) + sha256_path(train::CheckpointFolder(output.string()).checkpoint(60));
}

/// Starts this test program again to train into `output`.
pid_t start_child(const fs::path& output, const std::string& variant) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setenv("LLMOPS_TEST_FINETUNE_OUTPUT", output.c_str(), 1);
  ::setenv("LLMOPS_TEST_FINETUNE_VARIANT", variant.c_str(), 1);
  const int nowhere = ::open("/dev/null", O_WRONLY);
  ::dup2(nowhere, STDOUT_FILENO);
  ::execl("/proc/self/exe", "test_train_ml", "[finetune-child]", nullptr);
  ::_exit(127);
}

}  // namespace

TEST_CASE("the child that is killed", "[.][finetune-child]") {
  const char* output = std::getenv("LLMOPS_TEST_FINETUNE_OUTPUT");
  const char* variant = std::getenv("LLMOPS_TEST_FINETUNE_VARIANT");
  REQUIRE(output != nullptr);
  REQUIRE(variant != nullptr);
  train::FinetuneRecipe recipe = variant_recipe(output, variant);
  recipe.resume_from_checkpoint = "auto";
  train::finetune_lora(recipe, {});
}

TEST_CASE("a run killed at any point and resumed equals one never killed, byte for byte", "[train]") {
  const std::string variant =
      GENERATE("adamw_torch", "adamw_8bit", "adafactor", "lion", "rollbacks", "whole model", "bfloat16");
  INFO(variant);
  test::TemporaryDirectory scratch;
  const fs::path whole = scratch.path() / "whole", killed = scratch.path() / "killed";
  const train::FinetuneReport report = train::finetune_lora(variant_recipe(whole, variant), {});
  CHECK(report.loss_last < (variant == "rollbacks" ? 0.9 : 0.8) * report.loss_first);
  CHECK(report.rollbacks.size() < 30);
  CHECK(report.rollbacks.empty() == (variant != "rollbacks"));
  int kills = 0;
  for (int attempt = 0; attempt < 40; ++attempt) {
    const pid_t child = start_child(killed, variant);
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

TEST_CASE("a run that pauses and goes on, twice, equals one that never did, byte for byte", "[train]") {
  test::TemporaryDirectory scratch;
  const fs::path whole = scratch.path() / "whole", paused = scratch.path() / "paused";
  train::finetune_lora(long_recipe(whole), {});
  train::FinetuneRecipe recipe = long_recipe(paused);
  recipe.resume_from_checkpoint = "auto";
  for (const int stop : {10, 24, 60}) {
    recipe.stop_at_step = stop;
    const train::FinetuneReport report = train::finetune_lora(recipe, {});
    CHECK(report.steps == stop);
    CHECK(report.resumed == (stop > 10));
    REQUIRE(report.val_loss_best);
    CHECK(fs::exists(paused / "adapter_model.safetensors"));
    CHECK(train::CheckpointFolder(paused.string()).steps().back() == stop);
  }
  const auto weights = [](const fs::path& output) { return read_file(output / "adapter_model.safetensors"); };
  const auto last = [](const fs::path& output) {
    return read_file(train::CheckpointFolder(output.string()).checkpoint(60) / "adapter_model.safetensors");
  };
  CHECK(last(paused) == last(whole));
  CHECK(weights(paused) == weights(whole));
}
