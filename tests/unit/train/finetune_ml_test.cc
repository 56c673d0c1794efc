// The whole of finetuning on the tiny model: the losses of transformers and peft, and what is kept of them.
#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"
#include "train/checkpoint_folder.h"
#include "train/finetune_lora.h"

using namespace llmops;
using test::golden_recipe, test::kGolden, test::logs_of, test::long_recipe;

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

TEST_CASE("training in bfloat16 stays near float32, and trained weights keep all their bits", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = golden_recipe(scratch.path());
  SECTION("an adapter") {}
  SECTION("an adapter with weights kept whole, recomputing layers") {
    recipe.lora_model_dir = "";
    recipe.peft["modules_to_save"] = {"lm_head", "norm"};
    recipe.gradient_checkpointing = true;
  }
  SECTION("the model") {
    recipe.lora_model_dir = "";
    recipe.adapter = "none";
    recipe.learning_rate = 1e-3;
  }
  const std::vector<train::StepLog> exact = logs_of(recipe);
  recipe.bf16 = true;
  recipe.output_dir += "-bf16";
  const std::vector<train::StepLog> rounded = logs_of(recipe);
  REQUIRE(exact.back().loss < 0.9 * exact.front().loss);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    CHECK(rounded[i].loss == Approx(exact[i].loss).epsilon(0.02));
    CHECK(rounded[i].grad_norm == Approx(exact[i].grad_norm).epsilon(0.1));
  }
  CHECK(rounded.front().loss != exact.front().loss);
}

TEST_CASE("noise and label smoothing change what is trained on, not what is validated", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = long_recipe(scratch.path() / "plain");
  recipe.lora_dropout = 0;
  recipe.max_steps = 1;
  recipe.warmup_steps = 1;  // the first step changes nothing
  recipe.eval_steps = 1;
  const train::FinetuneReport plain = train::finetune_lora(recipe, {});
  recipe.output_dir = (scratch.path() / "noise").string();
  SECTION("noise") { recipe.neftune_noise_alpha = 5; }
  SECTION("label smoothing") { recipe.label_smoothing_factor = 0.2; }
  const train::FinetuneReport changed = train::finetune_lora(recipe, {});
  CHECK(changed.loss_first != plain.loss_first);
  CHECK(changed.loss_first == Approx(plain.loss_first).epsilon(0.2));
  CHECK(changed.val_loss_first == plain.val_loss_first);
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
