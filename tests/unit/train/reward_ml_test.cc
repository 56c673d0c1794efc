// Reward models on the tiny model: the losses, measures and rewards of TRL, however the batch is cut, and killed runs.
#include <cmath>

#include "core/error.h"
#include "core/hash.h"
#include "model/lora.h"
#include "support/catch.h"
#include "support/reward_models.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"
#include "train/reward_objective.h"
#include "train/training_data.h"

using namespace llmops;
using test::kGolden, test::logs_of;

namespace {

/// A run of tests/golden/reward/make.py.
train::FinetuneRecipe reward_recipe(const std::string& run, const fs::path& scratch) {
  train::FinetuneRecipe recipe = test::golden_recipe(scratch);
  recipe.preference.reward_model = true;
  const bool chats = run == "chats_centred";
  if (chats) recipe.preference.center_rewards_coefficient = 0.05;
  recipe.datasets = {{(kGolden / (chats ? "reward/chats.jsonl" : "preference/pairs.jsonl")).string(), "", "train"}};
  recipe.weight_decay = 0;
  recipe.lr_scheduler = "constant";
  recipe.warmup_steps = 0;
  recipe.max_steps = 6;
  recipe.gradient_accumulation_steps = 4;
  if (run == "whole") {
    recipe.adapter = "none";
    recipe.lora_model_dir = "";
    recipe.base_path = test::write_reward_model(kGolden / "tiny-chat", scratch / "base");
  } else {
    recipe.lora_model_dir = test::write_reward_adapter(kGolden / "lora/start", 64, scratch / "start").string();
  }
  if (run == "texts_end_pads") {
    fs::copy(kGolden / "tiny-chat", scratch / "padded");
    Json config = read_json_file(scratch / "padded/config.json");
    config["pad_token_id"] = 2;
    write_file_atomic(scratch / "padded/config.json", config.dump());
    recipe.base_path = scratch / "padded";
  }
  return recipe;
}

/// Of all examples, by what the run wrote.
std::vector<float> final_rewards(const train::FinetuneRecipe& recipe) {
  const bool adapter = recipe.trains_adapter();
  auto decoder = model::Decoder::load(adapter ? recipe.base_path : fs::path(recipe.output_dir), at::kFloat);
  if (adapter) model::load_lora(decoder, recipe.output_dir);
  const auto tokenizer = text::load_tokenizer(recipe.base_path);
  const auto chat_template = text::load_chat_template(recipe.base_path);
  const auto data = train::load_training_data(recipe, *tokenizer, chat_template.get());
  train::MicroBatch all(data.train.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint32_t>(i);
  const at::Tensor rewards = train::rewards_of(decoder, data.train, all, false).detach().contiguous();
  return {rewards.const_data_ptr<float>(), rewards.const_data_ptr<float>() + rewards.numel()};
}

}  // namespace

TEST_CASE("six steps give TRL's losses, measures and rewards", "[train]") {
  const Json golden = read_json_file(kGolden / "reward/training.json");
  const std::string run = GENERATE("texts", "texts_end_pads", "chats_centred", "whole");
  INFO(run);
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = reward_recipe(run, scratch.path());
  recipe.micro_batch_size = 4;
  recipe.gradient_accumulation_steps = 1;
  const auto logs = logs_of(recipe);
  REQUIRE(logs.size() == 6);
  for (std::size_t i = 0; i < logs.size(); ++i) {
    INFO("step " << i + 1);
    const Json& expected = golden[run]["steps"][i];
    CHECK(logs[i].loss == Approx(expected["loss"].get<double>()).margin(i == 0 ? 1e-5 : 1e-4));
    CHECK(logs[i].grad_norm == Approx(expected["grad_norm"].get<double>()).epsilon(1e-3).margin(1e-4));
    CHECK(logs[i].measures.size() == 5);
    for (const auto& [name, value] : logs[i].measures) {
      INFO(name);
      CHECK(value == Approx(expected[name].get<double>()).epsilon(1e-3).margin(1e-3));
    }
  }
  const std::vector<float> rewards = final_rewards(recipe);
  for (std::size_t i = 0; i < rewards.size(); ++i) {
    CHECK(rewards[i] == Approx(golden[run]["rewards"][i / 2][i % 2].get<double>()).margin(2e-3));
  }
}

TEST_CASE("a reward batch cut anew, packed or recomputed gives the same losses", "[train]") {
  const Json golden = read_json_file(kGolden / "reward/training.json");
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = reward_recipe("texts", scratch.path());
  recipe.sample_packing = GENERATE(false, true);
  recipe.gradient_checkpointing = recipe.sample_packing;
  if (recipe.sample_packing) recipe.sequence_len = 150;
  const auto logs = logs_of(recipe);
  REQUIRE(logs.size() == 6);
  for (std::size_t i = 0; i < logs.size(); ++i) {
    CHECK(logs[i].loss == Approx(golden["texts"]["steps"][i]["loss"].get<double>()).margin(1e-4));
  }
}

TEST_CASE("a language model gets a head of its seed, and adapters of peft's kind", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = reward_recipe("texts", scratch.path());
  recipe.lora_model_dir = GENERATE("", "start");
  if (!recipe.lora_model_dir.empty()) recipe.lora_model_dir = (kGolden / "lora/start").string();
  const train::FinetuneReport report = train::finetune_lora(recipe, {});
  CHECK(report.loss_last < report.loss_first);
  const Json config = read_json_file(fs::path(recipe.output_dir) / "adapter_config.json");
  CHECK(config["task_type"] == "SEQ_CLS");
  CHECK(config["modules_to_save"] == Json{"score"});
  const auto weights = model::Checkpoint::open(fs::path(recipe.output_dir) / "adapter_model.safetensors");
  CHECK(weights.get("base_model.model.score.weight").shape == std::vector<std::int64_t>{1, 64});

  auto decoder = model::Decoder::load(recipe.base_path, at::kFloat), other = decoder;
  train::prepare_head(recipe, decoder);
  recipe.seed = 43;
  train::prepare_head(recipe, other);
  CHECK_FALSE(at::equal(decoder.head().weight, other.head().weight));
  CHECK(decoder.head().weight.std().item<double>() == Approx(0.1).margin(0.03));  // initializer_range
}

TEST_CASE("a reward run that goes on from a checkpoint equals one in a single go", "[train]") {
  test::TemporaryDirectory scratch;
  const std::string adapter = GENERATE("lora", "none");
  train::FinetuneRecipe recipe = reward_recipe("texts", scratch.path());
  recipe.adapter = adapter;
  recipe.lora_model_dir = "";
  recipe.lora_dropout = adapter == "none" ? 0 : 0.2;
  recipe.learning_rate = 1e-3;
  recipe.test_datasets = recipe.datasets;
  recipe.gradient_accumulation_steps = 2;
  recipe.eval_steps = 2;
  recipe.save_steps = 1;
  recipe.save_total_limit = 10;
  recipe.output_dir = (scratch.path() / "whole").string();
  const train::FinetuneReport whole = train::finetune_lora(recipe, {});
  CHECK(whole.val_loss_best < whole.val_loss_first);
  fs::create_directories(scratch.path() / "part.checkpoints");
  for (const char* name : {"checkpoint-2", "checkpoint-3"}) {
    fs::copy(scratch.path() / "whole.checkpoints" / name, scratch.path() / "part.checkpoints" / name,
             fs::copy_options::recursive);
  }
  recipe.output_dir = (scratch.path() / "part").string();
  recipe.resume_from_checkpoint = "auto";
  CHECK(train::finetune_lora(recipe, {}).resumed);
  CHECK(sha256_path(scratch.path() / "part") == sha256_path(scratch.path() / "whole"));
  CHECK(sha256_path(scratch.path() / "part.checkpoints/checkpoint-6") ==
        sha256_path(scratch.path() / "whole.checkpoints/checkpoint-6"));
}

TEST_CASE("a reward model learns no text, whether it is the base or an adapter makes it one", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = reward_recipe(GENERATE("texts", "whole"), scratch.path());
  recipe.preference = {.rl = "orpo"};
  recipe.base_model = "base";
  CHECK_THROWS_WITH(train::finetune_lora(recipe, {}), Catch::Contains("is a reward model, which writes no text"));
}
