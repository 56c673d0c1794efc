#include "train/pretrain_recipe.h"

#include "config/yaml_reader.h"
#include "core/files.h"

namespace llmops::train {

Json PretrainRecipe::json() const {
  if (!on()) return Json::object();
  return {{"base_model_config", base_model_config}, {"tokenizer_config", tokenizer_config}};
}

PretrainRecipe read_pretrain(config::YamlObject& root) {
  PretrainRecipe recipe;
  if (root.has("base_model_config")) {
    recipe.base_model_config = root.json("base_model_config");
    if (recipe.base_model_config.is_string()) {
      const fs::path path = recipe.base_model_config.get<std::string>();
      recipe.base_model_config = read_json_file(fs::is_directory(path) ? path / "config.json" : path);
    }
    root.check(recipe.base_model_config.is_object(), "base_model_config", "is neither a mapping nor a path",
               "give config.json's keys: {model_type: llama, hidden_size: 256, ...}");
  }
  root.optional("tokenizer_config", recipe.tokenizer_config);
  root.check(recipe.on() || !root.has("tokenizer_config"), "tokenizer_config", "needs 'base_model_config'");
  root.check(!recipe.on() || !recipe.tokenizer_config.empty(), "base_model_config", "needs 'tokenizer_config'",
             "name a folder with a tokenizer; `llmops tokenizer train` makes one");
  root.check(!recipe.on() || !root.has("base_model"), "base_model", "does not go with 'base_model_config'");
  return recipe;
}

}  // namespace llmops::train
