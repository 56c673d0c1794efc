// Training on another device: every objective, optimizer and format learns what it learns on the CPU.
#include "train/training_device.h"

#include <ATen/Context.h>

#include <functional>
#include <future>

#include "core/error.h"
#include "support/catch.h"
#include "support/pretend_accelerator.h"
#include "support/ranks.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"

using namespace llmops;
using test::golden_recipe, test::kGolden, test::logs_of;
using train::FinetuneRecipe;

namespace {

void use_data(FinetuneRecipe& recipe, const std::string& file) {
  recipe.datasets = {{(kGolden / file).string(), "", "train"}};
}

void train_anew(FinetuneRecipe& recipe) {
  recipe.lora_model_dir = "";
  recipe.lora_r = 4;
}

struct Way {
  const char* name;
  std::function<void(FinetuneRecipe&)> choose;
};

const std::vector<Way> kWays = {
    {"an adapter with dropout, recomputed",
     [](FinetuneRecipe& recipe) {
       train_anew(recipe);
       recipe.lora_dropout = 0.1;
       recipe.gradient_checkpointing = true;
     }},
    {"noise and smoothing",
     [](FinetuneRecipe& recipe) {
       recipe.neftune_noise_alpha = 5;
       recipe.label_smoothing_factor = 0.1;
     }},
    {"DoRA over NF4",
     [](FinetuneRecipe& recipe) {
       train_anew(recipe);
       recipe.load_in_4bit = recipe.peft["use_dora"] = true;
     }},
    {"weights kept whole over int8",
     [](FinetuneRecipe& recipe) {
       train_anew(recipe);
       recipe.load_in_8bit = true;
       recipe.peft["modules_to_save"] = {"lm_head", "norm"};
     }},
    {"the model",
     [](FinetuneRecipe& recipe) {
       recipe.adapter = "none";
       recipe.lora_model_dir = "";
       recipe.learning_rate = 1e-3;
     }},
    {"AdamW in 8 bits",
     [](FinetuneRecipe& recipe) {
       recipe.optimizer = "adamw_bnb_8bit";
       recipe.optim_args = {{"min_8bit_size", 1}};
     }},
    {"Adafactor", [](FinetuneRecipe& recipe) { recipe.optimizer = "adafactor"; }},
    {"Lion",
     [](FinetuneRecipe& recipe) {
       recipe.optimizer = "lion";
       recipe.learning_rate = 1e-4;
     }},
    {"DPO",
     [](FinetuneRecipe& recipe) {
       recipe.preference.rl = "dpo";
       use_data(recipe, "preference/pairs.jsonl");
     }},
    {"KTO",
     [](FinetuneRecipe& recipe) {
       recipe.preference.rl = "kto";
       use_data(recipe, "preference/judged.jsonl");
     }},
    {"GRPO",
     [](FinetuneRecipe& recipe) {
       train_anew(recipe);
       recipe.preference.rl = "grpo";
       recipe.grpo.rewards = {{"regex", "[0-9]", nullptr, 1}};
       recipe.grpo.num_generations = 6;
       recipe.grpo.max_completion_length = 8;
       recipe.grpo.beta = 0.1;
     }},
    {"debiasing",
     [](FinetuneRecipe& recipe) {
       recipe.debias = {"kind", 1.0};
       use_data(recipe, "debias/records.jsonl");
     }},
    {"a reward model",
     [](FinetuneRecipe& recipe) {
       train_anew(recipe);
       recipe.preference.reward_model = true;
       use_data(recipe, "preference/pairs.jsonl");
     }},
    {"distillation by a teacher",
     [](FinetuneRecipe& recipe) {
       train_anew(recipe);
       recipe.distillation.teacher_model = recipe.distillation.teacher_path = kGolden / "tiny-chat";
     }},
    {"distillation by its likeliest tokens",
     [](FinetuneRecipe& recipe) {
       recipe.distillation.teacher_model = recipe.distillation.teacher_path = kGolden / "tiny-chat";
       recipe.distillation.kd_top_k = 4;
     }},
};

void check_logs(const std::vector<train::StepLog>& here, const std::vector<train::StepLog>& there) {
  REQUIRE(here.size() == there.size());
  for (std::size_t i = 0; i < here.size(); ++i) {
    CHECK(there[i].loss == Approx(here[i].loss).margin(1e-4));
    CHECK(there[i].grad_norm == Approx(here[i].grad_norm).epsilon(1e-2).margin(1e-3));
  }
}

}  // namespace

TEST_CASE("runs on another device log what they log on the CPU", "[train][device]") {
  for (const Way& way : kWays) {
    INFO(way.name);
    test::TemporaryDirectory scratch;
    FinetuneRecipe recipe = golden_recipe(scratch.path());
    recipe.max_steps = 4;
    way.choose(recipe);
    recipe.test_datasets = recipe.datasets;
    const std::vector<train::StepLog> here = logs_of(recipe);
    recipe.output_dir += "-there";
    recipe.device = test::pretend_accelerator().str();
    const std::int64_t before = test::pretend_operations();
    check_logs(here, logs_of(recipe));
    CHECK(test::pretend_operations() > before + 1000);
  }
}

TEST_CASE("processes of a machine train together on devices of their own", "[train][device]") {
  for (const int zero_stage : {0, 2}) {
    test::TemporaryDirectory scratch;
    FinetuneRecipe recipe = golden_recipe(scratch.path());
    recipe.max_steps = 4;
    recipe.gradient_accumulation_steps = 4;
    const std::vector<train::StepLog> alone = logs_of(recipe);
    recipe.gradient_accumulation_steps = 2;
    recipe.distributed.zero_stage = zero_stage;
    recipe.output_dir += "-two";
    recipe.device = c10::DeviceTypeName(test::pretend_accelerator().type(), /*lower_case=*/true);
    std::vector<train::StepLog> together;
    std::vector<std::future<void>> ranks;
    for (const train::Launch& launch : test::launches(2)) {
      ranks.push_back(std::async(std::launch::async, [&, launch] {
        train::FinetuneHooks hooks;
        hooks.launch = launch;
        if (launch.first()) hooks.on_step = [&](const train::StepLog& log) { together.push_back(log); };
        train::finetune_lora(recipe, hooks);
      }));
    }
    for (auto& rank : ranks) rank.get();
    check_logs(alone, together);
  }
}

TEST_CASE("a run begun on the CPU goes on, on another device", "[train][device]") {
  test::TemporaryDirectory scratch;
  FinetuneRecipe recipe = golden_recipe(scratch.path());
  const std::vector<train::StepLog> whole = logs_of(recipe);
  recipe.output_dir += "-two";
  recipe.stop_at_step = 4;
  logs_of(recipe);
  recipe.stop_at_step = 0;
  recipe.resume_from_checkpoint = "auto";
  recipe.device = test::pretend_accelerator().str();
  check_logs({whole.begin() + 4, whole.end()}, logs_of(recipe));
}

TEST_CASE("each process of a machine takes a device of its own, and one too many is told", "[train][device]") {
  const std::string kind = c10::DeviceTypeName(test::pretend_accelerator().type(), /*lower_case=*/true);
  train::Launch launch;
  launch.size = launch.local_size = 3;
  CHECK(train::find_training_device("cpu", launch).is_cpu());
  launch.rank = launch.local_rank = 1;
  CHECK(train::find_training_device(kind, launch) == at::Device(kind + ":1"));
  CHECK_THROWS_WITH(train::find_training_device(kind + ":0", launch), Catch::Contains("for all 3 processes"));
  launch.rank = launch.local_rank = 2;
  CHECK_THROWS_WITH(train::find_training_device(kind, launch), "rank 2 of 3 has no device: this machine has 2");
  const train::Launch alone;
  CHECK(train::find_training_device(kind + ":1", alone) == at::Device(kind + ":1"));
  CHECK_THROWS_WITH(train::find_training_device(kind + ":5", alone), Catch::EndsWith("has 2 of its kind"));
  CHECK(train::peak_device_bytes(at::Device(kind + ":0")) == 0);  // it keeps no account
}

TEST_CASE("a GPU that libtorch does not find is told before anything is loaded", "[train][device]") {
  if (at::globalContext().hasCUDA()) return;
  test::TemporaryDirectory scratch;
  FinetuneRecipe recipe = golden_recipe(scratch.path());
  recipe.device = "cuda";
  CHECK_THROWS_WITH(logs_of(recipe), Catch::StartsWith("'device' is 'cuda'"));
  CHECK_FALSE(fs::exists(recipe.output_dir));
}
