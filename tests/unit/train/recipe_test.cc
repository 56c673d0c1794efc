// Finetuning recipes: defaults, overrides, and every problem of a file in one error.
#include "train/recipe.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "train/optimizer_table.h"
#include "train/recipe_adapter.h"
#include "train/recipe_text.h"
#include "train/schedule.h"

using namespace llmops;

namespace {

class RecipeFile {
 public:
  explicit RecipeFile(const std::string& text) : path_(scratch_.path() / "lora.yaml") {
    write_file_atomic(path_, text);
  }
  train::FinetuneRecipe read(const std::vector<std::string>& overrides = {}) const {
    return train::read_finetune_recipe(path_, overrides);
  }
  /// The error's text without the folder.
  std::string problems(const std::vector<std::string>& overrides = {}) const {
    try {
      read(overrides);
    } catch (const ConfigError& error) {
      std::string text = error.what();
      const std::string folder = scratch_.path().string() + "/";
      for (std::size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
      return text;
    }
    return "";
  }

 private:
  test::TemporaryDirectory scratch_;
  fs::path path_;
};

const std::string kSmall = "base_model: m\noutput_dir: out\ndatasets:\n  - path: a.jsonl\n";

}  // namespace

TEST_CASE("a small recipe takes the defaults", "[train]") {
  const train::FinetuneRecipe recipe = RecipeFile(kSmall).read();
  CHECK(recipe.base_model == "m");
  REQUIRE(recipe.datasets.size() == 1);
  CHECK(recipe.datasets[0].split == "train");
  CHECK(recipe.lora_r == 16);
  CHECK(recipe.lr_scheduler == "cosine");
  CHECK(recipe.json()["learning_rate"] == 2e-4);
}

TEST_CASE("every key of a recipe is documented", "[train]") {
  const std::string page = read_file(fs::path(LLMOPS_SOURCE_DIR) / "docs/formats/recipe.md");
  std::vector<std::string> names = train::optimizer_names();
  for (const std::string& name : train::schedule_names()) names.push_back(name);
  for (const char* key : {"cost_per_hour", "energy_price_per_kwh", "carbon_g_per_kwh", "power_watts", "cost_currency"})
    names.push_back(key);
  const Json defaults = train::FinetuneRecipe().json();
  for (const auto& [key, value] : defaults.items()) names.push_back(key);
  for (const auto& row : train::optimizer_rows()) {
    for (const auto& argument : row.arguments) names.push_back(argument.name);
  }
  for (const auto& row : train::schedule_rows()) {
    for (const auto& argument : row.arguments) names.push_back(argument.name);
  }
  for (const std::string& name : names) {
    INFO(name);
    CHECK_THAT(page, Catch::Contains("`" + name + "`"));
  }
}

TEST_CASE("a single dataset needs no list, and --set wins over the file", "[train]") {
  const RecipeFile file("base_model: m\noutput_dir: out\ndatasets: {path: a.jsonl, type: alpaca}\nlora_r: 8\n");
  const train::FinetuneRecipe recipe = file.read({"lora_r=4", "learning_rate=1e-3", "lora_target_modules=[q_proj]"});
  CHECK(recipe.datasets[0].type == "alpaca");
  CHECK(recipe.lora_r == 4);
  CHECK(recipe.learning_rate == 1e-3);
  CHECK(recipe.lora_target_modules == std::vector<std::string>{"q_proj"});
}

TEST_CASE("all problems of a recipe are told at once, with their lines", "[train]") {
  const RecipeFile file(
      "base_model: m\nadapter: ia3\nlr_scheduler: cosin\nlrr: 1\nlora_r: 0\ndatasets:\n  - type: x\n");
  const std::string text = file.problems();
  CHECK_THAT(text, Catch::Contains("'output_dir' is missing"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:2: 'adapter' is 'ia3'; supported: 'lora', 'qlora'"));
  CHECK_THAT(text,
             Catch::Contains("lora.yaml:3: 'lr_scheduler' is 'cosin'; supported: 'cosine', 'cosine_with_min_lr', "));
  CHECK_THAT(text, Catch::Contains("lora.yaml:4: unknown key 'lrr'"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:5: 'lora_r' must lie between 1 and 4096"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:7: 'datasets.0.path' is missing"));
}

TEST_CASE("recipes that would train nothing or compare nothing are refused", "[train]") {
  const RecipeFile file(kSmall);
  CHECK_THAT(file.problems({"lora_target_linear=false"}), Catch::Contains("nothing would be trained"));
  CHECK_THAT(file.problems({"early_stopping_patience=2", "val_set_size=0"}), Catch::Contains("needs validation data"));
  CHECK_THAT(file.problems({"learning_rate=fast"}), Catch::Contains("learning_rate"));
  CHECK_THAT(file.problems({"optimizer=sgd"}), Catch::Contains("'adamw_torch', 'adamw_torch_fused'"));
}

TEST_CASE("limits of what keeps a run in bounds are checked", "[train]") {
  const RecipeFile file(kSmall);
  const train::FinetuneRecipe recipe = file.read(
      {"max_tokens=5000000000", "loss_spike_factor=3", "label_smoothing_factor=0.1", "neftune_noise_alpha=5"});
  CHECK(recipe.max_tokens == 5'000'000'000);
  CHECK(recipe.max_rollbacks == 3);
  CHECK(recipe.neftune_noise_alpha == 5);
  CHECK_THAT(file.problems({"max_tokens=0"}), Catch::Contains("'max_tokens' must be at least 1"));
  CHECK_THAT(file.problems({"max_rollbacks=-1"}), Catch::Contains("'max_rollbacks' must not be negative"));
  CHECK_THAT(file.problems({"loss_spike_factor=0.5"}), Catch::Contains("'loss_spike_factor' must be above 1"));
  CHECK_THAT(file.problems({"label_smoothing_factor=1"}),
             Catch::Contains("'label_smoothing_factor' must lie in [0, 1)"));
  CHECK_THAT(file.problems({"rl=dpo", "neftune_noise_alpha=5"}),
             Catch::Contains("'neftune_noise_alpha' goes with supervised training only"));
  CHECK_THAT(file.problems({"neftune_noise_alpha=-5"}), Catch::Contains("'neftune_noise_alpha' must not be negative"));
}

TEST_CASE("optimizers and schedules take the settings of their table, and no others", "[train]") {
  const RecipeFile file(kSmall);
  const train::FinetuneRecipe lion = file.read({"optimizer=lion", "loraplus_lr_ratio=16"});
  CHECK(lion.adam_beta2 == 0.99);
  CHECK(lion.loraplus_lr_ratio == 16);
  CHECK(file.read({"optimizer=lion", "adam_beta2=0.95"}).adam_beta2 == 0.95);
  const train::FinetuneRecipe adafactor = file.read({"optimizer=adafactor", "optim_args={scale_parameter: true}"});
  CHECK(adafactor.optim_args["scale_parameter"] == true);
  CHECK(adafactor.optim_args["clip_threshold"] == 1.0);
  CHECK(file.read({"lr_scheduler=wsd", "lr_scheduler_kwargs={num_decay_steps: 9}"}).lr_scheduler_kwargs["decay_type"] ==
        "cosine");

  CHECK_THAT(file.problems({"optim_args={beta1: 0.9}"}), Catch::Contains("unknown key 'optim_args.beta1'"));
  CHECK_THAT(file.problems({"optimizer=adafactor", "optim_args={clip_threshold: 0}"}),
             Catch::Contains("'optim_args.clip_threshold' must be at least"));
  CHECK_THAT(file.problems({"optimizer=adafactor", "optim_args={relative_step: true}", "learning_rate=1e-3"}),
             Catch::Contains("sets the rate by itself"));
  CHECK_THAT(file.problems({"optimizer=adafactor", "optim_args={warmup_init: true}"}),
             Catch::Contains("needs relative_step: true"));
  CHECK_THAT(file.problems({"loraplus_lr_ratio=0"}),
             Catch::Contains("'loraplus_lr_ratio' must lie between 1 and 1000"));
  CHECK_THAT(file.problems({"lr_scheduler=wsd"}), Catch::Contains("needs num_decay_steps, at least 1"));
  CHECK_THAT(file.problems({"lr_scheduler=wsd", "lr_scheduler_kwargs={num_decay_steps: 9, decay_type: sine}"}),
             Catch::Contains("'lr_scheduler_kwargs.decay_type' is 'sine'; supported: 'linear', 'cosine', '1-sqrt'"));
  CHECK_THAT(file.problems({"lr_scheduler=cosine_with_min_lr"}), Catch::Contains("needs one of min_lr"));
  CHECK_THAT(file.problems({"lr_scheduler=cosine_with_min_lr", "lr_scheduler_kwargs={min_lr: 0.1}"}),
             Catch::Contains("has a min_lr above 'learning_rate'"));
}

TEST_CASE("the recipes to copy are recipes", "[train]") {
  for (const char* name : {"finetune-lora", "full-finetune", "dpo", "kto", "reward", "grpo", "distill", "debias"}) {
    INFO(name);
    const fs::path path = fs::path(LLMOPS_SOURCE_DIR) / "recipes" / (std::string(name) + ".yaml");
    CHECK(train::read_finetune_recipe(path, {}).base_model == "models:/smollm2-135m-instruct/1");
  }
}

TEST_CASE("a recipe starts from a model or from nothing, and says so", "[train]") {
  const fs::path path = fs::path(LLMOPS_SOURCE_DIR) / "recipes/pretrain.yaml";
  const train::FinetuneRecipe recipe = train::read_finetune_recipe(path, {});
  CHECK(recipe.pretrain.on());
  CHECK_FALSE(recipe.trains_adapter());
  CHECK(recipe.base_model.empty());
  const auto problem = [&](const char* change) {
    try {
      train::read_finetune_recipe(path, {change});
      return std::string();
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
  };
  CHECK_THAT(problem("base_model=m"), Catch::Contains("does not go with 'base_model_config'"));
  CHECK_THAT(problem("adapter=lora"), Catch::Contains("a fresh model is trained whole"));
  CHECK_THAT(problem("base_model_config=[1]"), Catch::Contains("is neither a mapping nor a path"));
  CHECK_THAT(problem("tokenizer_config=''"), Catch::Contains("needs 'tokenizer_config'"));
}

TEST_CASE("a recipe names the device to train on", "[train]") {
  const auto with = [](const std::string& line) {
    return train::parse_finetune_recipe("base_model: m\ndatasets: [{path: d.jsonl}]\noutput_dir: out\n" + line,
                                        "recipe.yaml");
  };
  CHECK(with("").device == "cpu");
  CHECK(with("device: cuda").device == "cuda");
  CHECK(with("device: cuda:12").device == "cuda:12");
  CHECK(with("device: cuda\nbf16: auto").bf16);
  for (const char* wrong : {"gpu", "cuda:", "cuda:01", "cuda:-1", "cuda:1x", "cuda:100"}) {
    CHECK_THROWS_WITH(with(fmt::format("device: '{}'", wrong)), Catch::Contains(fmt::format("is '{}'", wrong)));
  }
}

TEST_CASE("GRPO needs rewards that can be computed", "[train]") {
  const RecipeFile file(kSmall);
  CHECK_THAT(file.problems({"rl=grpo"}), Catch::Contains("which needs 'rewards'"));
  CHECK_THAT(file.problems({"rewards=[{type: answer}]"}), Catch::Contains("needs 'rl: grpo'"));
  CHECK_THAT(file.problems({"rl=grpo", "rewards=[{type: regex}]"}), Catch::Contains("needs 'pattern'"));
  CHECK_THAT(file.problems({"rl=grpo", "rewards=[{type: regex, pattern: '('}]"}), Catch::Contains("cannot be used"));
  CHECK_THAT(file.problems({"rl=grpo", "rewards=[{type: json_schema, schema: {typ: object}}]"}),
             Catch::Contains("keyword 'typ' is not known"));
  CHECK_THAT(file.problems({"rl=grpo", "rewards=[{type: answer}]", "adapter=none"}),
             Catch::Contains("needs an adapter"));
  CHECK_THAT(file.problems({"rl=grpo", "rewards=[{type: answer}]", "trl={num_generations: 1}"}),
             Catch::Contains("must lie between 2 and 1024"));
  CHECK_FALSE(file.read({"rl=grpo", "rewards=[{type: answer}]"}).sample_packing);
  CHECK(file.read({"rl=grpo", "rewards=[{type: model, model: m}]"}).json()["rewards"][0]["model"] == "m");
  CHECK_THAT(file.problems({"rl=grpo", "rewards=[{type: model}]"}), Catch::Contains("needs 'model', a reward model"));
  CHECK_THAT(file.problems({"rl=grpo", "rewards=[{type: answer, model: m}]"}),
             Catch::Contains("goes with 'type: model' only"));
  CHECK_THAT(file.problems({"rl=grpo", "rewards=[{type: model, model: m, pattern: x}]"}),
             Catch::Contains("does not go with 'type: model'"));
}

TEST_CASE("a reward model is trained on pairs, in place of what `rl` would do", "[train]") {
  const RecipeFile file(kSmall);
  const train::FinetuneRecipe recipe = file.read({"reward_model=true", "center_rewards_coefficient=0.01"});
  CHECK(recipe.json()["reward_model"] == true);
  CHECK(recipe.json()["center_rewards_coefficient"] == 0.01);
  CHECK_FALSE(recipe.json().contains("rl"));
  CHECK(recipe.preference.examples_per_unit() == 2);
  CHECK_FALSE(recipe.preference.needs_reference());
  CHECK(train::lora_config(recipe).modules_to_save == std::vector<std::string>{"score"});
  CHECK(train::lora_config(recipe).classifies());
  CHECK(train::lora_config(file.read({"reward_model=true", "lora_modules_to_save=[norm]"})).modules_to_save ==
        std::vector<std::string>{"norm", "score"});
  CHECK_FALSE(file.read({"reward_model=false"}).preference.on());
  CHECK_THAT(file.problems({"reward_model=true", "rl=dpo"}), Catch::Contains("'reward_model' does not go with 'rl'"));
  CHECK_THAT(file.problems({"reward_model=true", "rl_beta=1"}), Catch::Contains("is not read by 'reward_model: true'"));
  CHECK_THAT(file.problems({"center_rewards_coefficient=1"}), Catch::Contains("needs 'reward_model: true'"));
  CHECK_THAT(file.problems({"rl=dpo", "center_rewards_coefficient=1"}), Catch::Contains("is not read by 'rl: dpo'"));
  CHECK_THAT(file.problems({"reward_model=true", "center_rewards_coefficient=-1"}),
             Catch::Contains("must not be negative"));
  CHECK_THAT(file.problems({"reward_model=true", "train_on_inputs=true"}),
             Catch::Contains("does not go with 'reward_model'"));
  CHECK_THAT(file.problems({"reward_model=true", "teacher_model=t"}),
             Catch::Contains("does not go with 'reward_model'"));
  CHECK_THAT(file.problems({"reward_model=true", "neftune_noise_alpha=5"}),
             Catch::Contains("goes with supervised training only"));
  CHECK_THAT(file.problems({"reward_model=true", "datasets={path: a, type: alpaca}"}),
             Catch::Contains("type 'alpaca' does not go with 'reward_model'"));
}

TEST_CASE("an objective takes its own keys, and no other's", "[train]") {
  const RecipeFile file(kSmall);
  CHECK(file.read({"rl=simpo", "simpo_gamma=1"}).json()["simpo_gamma"] == 1);
  CHECK_FALSE(file.read({"rl=simpo"}).json().contains("orpo_alpha"));
  CHECK_FALSE(file.read().json().contains("rl"));
  CHECK(file.read({"rl=dpo"}).preference.needs_reference());
  CHECK_FALSE(file.read({"rl=orpo"}).preference.needs_reference());
  CHECK_THAT(file.problems({"rl=dp"}),
             Catch::Contains("is 'dp'; supported: 'dpo', 'ipo', 'grpo', 'kto', 'orpo', 'simpo'"));
  CHECK_THAT(file.problems({"rl=dpo", "simpo_gamma=1"}), Catch::Contains("is not read by 'rl: dpo'"));
  CHECK_THAT(file.problems({"rl_beta=1"}), Catch::Contains("needs 'rl'"));
  CHECK_THAT(file.problems({"rl=ipo", "rl_beta=0"}), Catch::Contains("must be above 0"));
  CHECK_THAT(file.problems({"rl=dpo", "dpo_label_smoothing=0.6"}), Catch::Contains("must lie between 0 and 0.5"));
  CHECK_THAT(file.problems({"rl=dpo", "train_on_inputs=true"}), Catch::Contains("does not go with 'rl'"));
  CHECK_THAT(file.problems({"rl=dpo", "datasets={path: a, type: alpaca}"}),
             Catch::Contains("type 'alpaca' does not go with 'rl'"));
  CHECK_THAT(file.problems({"datasets={path: a, type: preference}"}), Catch::Contains("compares answers"));
  CHECK(file.read({"teacher_model=t", "kd_loss=reverse_kl"}).json()["kd_loss"] == "reverse_kl");
  CHECK_THAT(file.problems({"kd_alpha=1"}), Catch::Contains("needs 'teacher_model'"));
  CHECK_THAT(file.problems({"teacher_model=t", "rl=dpo"}), Catch::Contains("does not go with 'rl'"));
  CHECK_THAT(file.problems({"teacher_model=t", "kd_loss=kl"}), Catch::Contains("'forward_kl', 'reverse_kl'"));
}

TEST_CASE("a teacher is asked at every step or once, and a file may stand for it", "[train]") {
  const RecipeFile file(kSmall);
  const train::DistillationRecipe once = file.read({"teacher_model=t", "kd_top_k=32"}).distillation;
  CHECK(once.offline());
  CHECK(once.json()["kd_top_k"] == 32);
  CHECK_FALSE(file.read({"teacher_model=t"}).distillation.offline());
  CHECK(file.read({"kd_teacher_file=t.safetensors", "kd_top_k=8", "kd_alpha=0.5"}).distillation.offline());
  CHECK_THAT(file.problems({"kd_top_k=8"}), Catch::Contains("'kd_top_k' needs 'teacher_model'"));
  CHECK_THAT(file.problems({"teacher_model=t", "kd_teacher_file=t.safetensors"}), Catch::Contains("needs 'kd_top_k'"));
  CHECK_THAT(file.problems({"kd_teacher_file=t.bin", "kd_top_k=8"}), Catch::Contains("must end in '.safetensors'"));
  CHECK_THAT(file.problems({"teacher_model=t", "kd_top_k=-1"}), Catch::Contains("must not be negative"));
  CHECK_THAT(file.problems({"teacher_model=t", "kd_top_k=8", "kd_loss=reverse_kl"}),
             Catch::Contains("does not go with 'kd_top_k'"));
  CHECK_THAT(file.problems({"kd_teacher_file=t.safetensors", "kd_top_k=8", "rl=dpo"}),
             Catch::Contains("does not go with 'rl'"));
}

TEST_CASE("debiasing needs an attribute, validation data and answers to learn as they are", "[train]") {
  const RecipeFile file(kSmall);
  const train::FinetuneRecipe recipe = file.read({"debias={attribute: gender, weight: 2, memory: 16}"});
  CHECK(recipe.debias.on());
  CHECK(recipe.json()["debias"]["memory"] == 16);
  CHECK_FALSE(file.read().json().contains("debias"));
  CHECK_THAT(file.problems({"debias={weight: 1}"}), Catch::Contains("'debias.attribute' is missing"));
  CHECK_THAT(file.problems({"debias={attribute: ''}"}), Catch::Contains("is empty"));
  CHECK_THAT(file.problems({"debias={attribute: g, weight: -1}"}), Catch::Contains("must lie between 0 and 1000"));
  CHECK_THAT(file.problems({"debias={attribute: g, penalty: 0}"}), Catch::Contains("must lie between 0.001 and 1e9"));
  CHECK_THAT(file.problems({"debias={attribute: g, memory: 1}"}), Catch::Contains("between 2 and 65536"));
  CHECK_THAT(file.problems({"debias={attribute: g, strength: 1}"}), Catch::Contains("unknown key 'debias.strength'"));
  CHECK_THAT(file.problems({"debias={attribute: g}", "rl=dpo"}), Catch::Contains("'debias' does not go with 'rl'"));
  CHECK_THAT(file.problems({"debias={attribute: g}", "teacher_model=t"}),
             Catch::Contains("'debias' does not go with 'teacher_model'"));
  CHECK_THAT(file.problems({"debias={attribute: g}", "val_set_size=0"}), Catch::Contains("needs validation data"));
  CHECK_THAT(file.problems({"debias={attribute: g}", "early_stopping_patience=2"}),
             Catch::Contains("does not go with 'debias'"));
}

TEST_CASE("event files lie beside the adapter, or where the recipe says", "[train]") {
  const RecipeFile file(kSmall);
  CHECK(file.read().tensorboard_folder().empty());
  CHECK(file.read({"use_tensorboard=true"}).tensorboard_folder() == "out.runs");
  CHECK(file.read({"tensorboard_dir=curves"}).tensorboard_folder() == "curves");
  CHECK(file.read({"tensorboard_dir=curves", "use_tensorboard=false"}).tensorboard_folder().empty());
  CHECK(file.problems({"tensorboard_dir=./x/../out/runs"}).find("'tensorboard_dir' lies in 'output_dir'") !=
        std::string::npos);
  CHECK(file.problems({"tensorboard_dir=out.runs/2"}).empty());
}

TEST_CASE("what of a dataset's conversations is learnt, under axolotl's keys", "[train]") {
  const RecipeFile file(
      "base_model: m\noutput_dir: out\ndatasets:\n  - path: a.jsonl\n    field_messages: turns\n"
      "    message_property_mappings: {role: from}\n    message_field_content: value\n"
      "    roles: {assistant: [gpt, model], user: human}\n    roles_to_train: [gpt, user]\n    train_on_eos: last\n"
      "    message_field_training: train\n");
  const train::FinetuneRecipe recipe = file.read();
  const train::ChatData& chat = recipe.datasets[0].chat;
  CHECK(chat.message_fields == std::map<std::string, std::string>{{"role", "from"}, {"content", "value"}});
  CHECK(chat.roles_to_train == std::vector<std::string>{"assistant", "user"});
  CHECK(chat.role("model") == "assistant");
  CHECK(recipe.json()["datasets"][0]["roles"]["assistant"] == Json{"gpt", "model"});
  CHECK(RecipeFile(kSmall).read().json()["datasets"][0] == Json{{"path", "a.jsonl"}, {"split", "train"}});
  CHECK_THAT(file.problems({"datasets.0.train_on_eos=some"}),
             Catch::Contains("supported: 'all', 'turn', 'last', 'none'"));
  CHECK_THAT(file.problems({"datasets.0.message_field_role=who"}),
             Catch::Contains("'datasets.0.message_field_role' differs from 'message_property_mappings'"));
  CHECK_THAT(file.problems({"datasets.0.roles={user: [a], tool: [a]}"}), Catch::Contains("has 'a' for "));
  CHECK_THAT(file.problems({"datasets.0.type=completion"}),
             Catch::Contains("'datasets.0.train_on_eos' does not go with 'type: completion'"));
}

TEST_CASE("the measure that chooses the best checkpoint", "[train]") {
  const RecipeFile file(kSmall);
  CHECK_FALSE(file.read({"metric_for_best_model=eval_loss"}).validation.wants_more());
  CHECK(file.read({"rl=dpo", "metric_for_best_model=rewards/accuracies"}).validation.wants_more());
  CHECK_FALSE(file.read({"rl=kto", "metric_for_best_model=kl"}).validation.wants_more());
  CHECK_FALSE(file.read({"rl=dpo", "metric_for_best_model=rewards/margins", "greater_is_better=false"})
                  .validation.wants_more());
  const auto by_task = file.read({"eval_tasks=[t.yaml]", "metric_for_best_model=t/acc", "eval_tasks_limit=5"});
  CHECK(by_task.validation.eval_tasks == std::vector<std::string>{"t.yaml"});
  CHECK_THAT(file.problems({"metric_for_best_model=t/acc"}), Catch::Contains("validation measures loss"));
  CHECK_THAT(file.problems({"rl=dpo", "metric_for_best_model=acc"}),
             Catch::Contains("validation measures loss, rewards/chosen, "));
  CHECK_THAT(file.problems({"eval_tasks=[t.yaml]", "val_set_size=0"}),
             Catch::Contains("'eval_tasks' needs validation data"));
}
