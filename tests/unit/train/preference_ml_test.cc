// Preference training on the tiny model: the losses and rewards of TRL, however the batch is cut, and killed runs.
#include <cmath>
#include <map>

#include "core/files.h"
#include "core/hash.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"
#include "train/preference_loss.h"

using namespace llmops;
using test::kGolden, test::logs_of;

namespace {

/// The runs of tests/golden/preference/make.py.
train::FinetuneRecipe preference_recipe(const std::string& rl, const fs::path& scratch) {
  train::FinetuneRecipe recipe = test::golden_recipe(scratch);
  recipe.preference.rl = rl;
  recipe.preference.rl_beta = std::map<std::string, double>{{"dpo", 0.2}, {"ipo", 0.5}, {"kto", 0.3}, {"simpo", 2}}[rl];
  recipe.preference.orpo_alpha = 0.3;
  recipe.preference.kto_desirable_weight = 1.5;
  recipe.preference.kto_undesirable_weight = 0.8;
  recipe.preference.simpo_gamma = 0.7;
  recipe.preference.cpo_alpha = 0.2;
  if (rl == "simpo") recipe.preference.dpo_label_smoothing = 0.1;
  recipe.datasets = {{(kGolden / "preference" / (rl == "kto" ? "judged.jsonl" : "pairs.jsonl")).string(), "", "train"}};
  recipe.weight_decay = 0;
  recipe.lr_scheduler = "constant";
  recipe.warmup_steps = 0;
  recipe.max_steps = 6;
  recipe.gradient_accumulation_steps = 6;
  return recipe;
}

double measure(const train::Measures& measures, const std::string& name) {
  for (const auto& [key, value] : measures) {
    if (key == name) return value;
  }
  FAIL("no measure " << name);
  return 0;
}

}  // namespace

TEST_CASE("six steps give TRL's losses and measures, however the batch is cut", "[train]") {
  const Json golden = read_json_file(kGolden / "preference/training.json");
  for (const std::string rl : {"dpo", "ipo", "kto", "orpo", "simpo"}) {
    for (const int cut : {0, 1, 2}) {
      INFO(rl << " " << cut);
      test::TemporaryDirectory scratch;
      train::FinetuneRecipe recipe = preference_recipe(rl, scratch.path());
      if (cut == 1) {
        recipe.micro_batch_size = 3;
        recipe.gradient_accumulation_steps = 2;
      }
      if (cut == 2) {
        recipe.sample_packing = true;
        recipe.sequence_len = 150;
        recipe.gradient_checkpointing = true;
      }
      const auto logs = logs_of(recipe);
      REQUIRE(logs.size() == 6);
      for (std::size_t i = 0; i < logs.size(); ++i) {
        INFO("step " << i + 1);
        for (const auto& [name, value] : golden[rl][i].items()) {
          const double expected = value.get<double>();
          const double margin = 1e-4 * std::max(1.0, std::abs(expected));
          if (name == "loss") {
            CHECK(logs[i].loss == Approx(expected).margin(margin));
          } else if (name == "grad_norm") {
            CHECK(logs[i].grad_norm == Approx(expected).margin(10 * margin));
          } else {
            CHECK(measure(logs[i].measures, name) == Approx(expected).margin(10 * margin));
          }
        }
      }
    }
  }
}

TEST_CASE("a preference run that goes on from a checkpoint equals one in a single go", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = preference_recipe("dpo", scratch.path());
  recipe.test_datasets = recipe.datasets;
  recipe.lora_model_dir = "";
  recipe.lora_dropout = 0.2;
  recipe.gradient_accumulation_steps = 2;
  recipe.eval_steps = 2;
  recipe.save_steps = 1;
  recipe.save_total_limit = 10;
  recipe.output_dir = (scratch.path() / "whole").string();
  const train::FinetuneReport whole = train::finetune_lora(recipe, {});
  CHECK(measure(whole.val_measures_best, "rewards/accuracies") == 1);
  CHECK(whole.val_loss_best < whole.val_loss_first);

  fs::create_directories(scratch.path() / "part.checkpoints");
  for (const char* name : {"checkpoint-2", "checkpoint-3"}) {
    fs::copy(scratch.path() / "whole.checkpoints" / name, scratch.path() / "part.checkpoints" / name,
             fs::copy_options::recursive);
  }
  recipe.output_dir = (scratch.path() / "part").string();
  recipe.resume_from_checkpoint = "auto";
  const train::FinetuneReport part = train::finetune_lora(recipe, {});
  CHECK(part.resumed);
  CHECK(sha256_path(scratch.path() / "part") == sha256_path(scratch.path() / "whole"));
  CHECK(sha256_path(scratch.path() / "part.checkpoints/checkpoint-6") ==
        sha256_path(scratch.path() / "whole.checkpoints/checkpoint-6"));
}

TEST_CASE("the odds ratio keeps its digits where an answer is almost certain", "[train]") {
  train::PreferenceRecipe recipe;
  recipe.rl = "orpo";
  const auto scores = [](float mean) { return train::AnswerScores{at::full({1}, mean), at::ones({1}), {}}; };
  for (const auto& [up, down] : {std::pair{-1e-7F, -20.0F}, {-20.0F, -1e-7F}, {-30.0F, -30.0F}}) {
    const double log_odds =
        (double{up} - std::log(-std::expm1(double{up}))) - (double{down} - std::log(-std::expm1(double{down})));
    const double expected = recipe.orpo_alpha * std::log1p(std::exp(-log_odds));
    const double found = train::pair_losses(recipe, scores(up), scores(down)).losses.item<double>();
    CHECK(found == Approx(expected).epsilon(1e-5));
  }
}
