// Reads the adapter's options with the parser of adapter_config.json, so that both mean the same.
#include "train/recipe_adapter.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/lora_targets.h"
#include "model/reward_config.h"
#include "train/problem_of.h"

namespace llmops::train {
namespace {

struct PeftOption {
  const char* key;     ///< of a recipe
  const char* option;  ///< of adapter_config.json
};

/// Under PEFT's names and axolotl's. An option that needs another one comes after it.
constexpr PeftOption kOptions[] = {{"use_dora", "use_dora"},
                                   {"peft_use_dora", "use_dora"},
                                   {"lora_bias", "lora_bias"},
                                   {"exclude_modules", "exclude_modules"},
                                   {"layers_to_transform", "layers_to_transform"},
                                   {"peft_layers_to_transform", "layers_to_transform"},
                                   {"layers_pattern", "layers_pattern"},
                                   {"peft_layers_pattern", "layers_pattern"},
                                   {"rank_pattern", "rank_pattern"},
                                   {"alpha_pattern", "alpha_pattern"},
                                   {"init_lora_weights", "init_lora_weights"},
                                   {"peft_init_lora_weights", "init_lora_weights"},
                                   {"lora_modules_to_save", "modules_to_save"},
                                   {"peft_ensure_weight_tying", "ensure_weight_tying"}};

/// A reward model's adapter keeps the head, which its base has not.
void add_score_head(Json& peft) {
  peft["task_type"] = "SEQ_CLS";
  Json& whole = peft["modules_to_save"];
  if (!whole.is_array()) whole = Json::array();
  if (std::find(whole.begin(), whole.end(), model::kScoreModule) == whole.end()) whole.push_back(model::kScoreModule);
}

}  // namespace

void read_peft_options(config::YamlObject& root, FinetuneRecipe& recipe) {
  FinetuneRecipe plain = recipe;  // numbers out of range are other keys' problems
  plain.lora_r = 1;
  const auto take = [&](const char* key, const char* option, const Json& value) {
    plain.peft[option] = value;
    const std::string problem = problem_of([&] { const model::LoraTargets compiled(lora_config(plain)); });
    root.check(problem.empty(), key, "cannot be used: " + problem);
    if (!problem.empty()) plain.peft.erase(option);
  };
  const Json targets = root.json("lora_target_modules");
  if (targets.is_string()) {
    take("lora_target_modules", "target_modules", targets);
  } else {
    root.optional("lora_target_modules", recipe.lora_target_modules);
  }
  for (const auto& [key, option] : kOptions) {
    if (root.has(key)) take(key, option, root.json(key));
  }
  recipe.peft = plain.peft;
  const Json start = recipe.peft.value("init_lora_weights", Json(true));
  root.check(start == true || start == "gaussian", "init_lora_weights",
             fmt::format("is {}; supported: true, 'gaussian'", dump_json(start)));
}

void read_base_format(config::YamlObject& root, FinetuneRecipe& recipe) {
  root.optional("load_in_8bit", recipe.load_in_8bit);
  recipe.load_in_4bit = recipe.adapter == "qlora" && !recipe.load_in_8bit;
  root.optional("load_in_4bit", recipe.load_in_4bit);
  root.check(!recipe.load_in_4bit || !recipe.load_in_8bit, "load_in_8bit", "excludes 'load_in_4bit'", "choose one");
  root.check(recipe.adapter != "qlora" || recipe.load_in_4bit, recipe.load_in_8bit ? "load_in_8bit" : "load_in_4bit",
             "does not go with 'adapter: qlora', whose base has 4 bits", "write 'adapter: lora' for another base");
}

model::LoraConfig lora_config(const FinetuneRecipe& recipe) {
  Json peft = {{"peft_type", "LORA"},
               {"base_model_name_or_path", recipe.base_model},
               {"r", recipe.lora_r},
               {"lora_alpha", recipe.lora_alpha},
               {"lora_dropout", recipe.lora_dropout},
               {"use_rslora", recipe.use_rslora}};
  if (!recipe.lora_target_modules.empty()) peft["target_modules"] = recipe.lora_target_modules;
  peft.update(recipe.peft);
  if (recipe.preference.reward_model) add_score_head(peft);
  return model::parse_lora_config(peft, "recipe");
}

}  // namespace llmops::train
