// The adapter's keys of a recipe become those of adapter_config.json.
#include "train/recipe_adapter.h"

#include <fstream>

#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

train::FinetuneRecipe read(const std::string& keys) {
  const test::TemporaryDirectory scratch;
  const auto path = scratch.path() / "lora.yaml";
  std::ofstream(path) << "base_model: m\noutput_dir: out\ndatasets: [{path: a.jsonl}]\n" << keys;
  return train::read_finetune_recipe(path, {});
}

std::string problems(const std::string& keys) {
  try {
    read(keys);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a recipe without options has a plain adapter on all linear layers", "[train]") {
  const model::LoraConfig config = train::lora_config(read("lora_r: 8\nuse_rslora: true\n"));
  CHECK(config.r == 8);
  CHECK(config.use_rslora);
  CHECK_FALSE(config.use_dora);
  CHECK(config.target_modules.empty());
  CHECK(config.base_model_name_or_path == "m");
}

TEST_CASE("PEFT's options are read under PEFT's names", "[train]") {
  const train::FinetuneRecipe recipe = read(
      "lora_target_modules: [q_proj, v_proj]\nuse_dora: true\nexclude_modules: '.*0.*'\nlayers_to_transform: 1\n"
      "layers_pattern: layers\nrank_pattern: {q_proj: 32, 'v_.*': 4}\nalpha_pattern: {q_proj: 8}\n"
      "init_lora_weights: gaussian\n");
  const model::LoraConfig config = train::lora_config(recipe);
  CHECK(config.target_modules.names == std::vector<std::string>{"q_proj", "v_proj"});
  CHECK(config.use_dora);
  CHECK(config.exclude_modules.pattern == ".*0.*");
  CHECK(config.layers_to_transform == std::vector<int>{1});
  CHECK(config.layers_pattern == std::vector<std::string>{"layers"});
  REQUIRE(config.rank_pattern.size() == 2);
  CHECK(config.rank_pattern[0] == std::pair<std::string, int>("q_proj", 32));
  CHECK(config.alpha_pattern[0].second == 8);
  CHECK(config.init_lora_weights == "gaussian");
  CHECK(recipe.json()["peft"]["use_dora"] == true);  // so a checkpoint knows it
}

TEST_CASE("a string of targets is a pattern, and enough without lora_target_linear", "[train]") {
  const auto recipe = read("lora_target_modules: '.*q_proj'\nlora_target_linear: false\n");
  CHECK(train::lora_config(recipe).target_modules.pattern == ".*q_proj");
}

TEST_CASE("options that cannot be used are told with their lines", "[train]") {
  const std::string text = problems(
      "lora_target_modules: 'q_(proj'\ninit_lora_weights: pissa\nuse_dora: maybe\nlayers_pattern: layers\n"
      "rank_pattern: {q_proj: 0}\nlora_r: 0\n");
  CHECK_THAT(text, Catch::Contains("lora.yaml:4: 'lora_target_modules' cannot be used"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:5: 'init_lora_weights' cannot be used"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:6: 'use_dora' cannot be used"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:7: 'layers_pattern' cannot be used"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:8: 'rank_pattern' cannot be used"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:9: 'lora_r' must lie between 1 and 4096"));
  CHECK_THAT(problems("init_lora_weights: orthogonal\n"), Catch::Contains("supported: true, 'gaussian'"));
  CHECK_THAT(problems("use_dora: true\nlora_bias: true\n"), Catch::Contains("exclude each other"));
}

TEST_CASE("axolotl's names of a base in few bits and of modules to save", "[train]") {
  const auto qlora = read("adapter: qlora\nlora_modules_to_save: [embed_tokens, lm_head]\npeft_use_dora: true\n");
  CHECK(qlora.load_in_4bit);
  CHECK(train::lora_config(qlora).modules_to_save == std::vector<std::string>{"embed_tokens", "lm_head"});
  CHECK(train::lora_config(qlora).use_dora);
  CHECK(read("load_in_8bit: true\n").load_in_8bit);
  CHECK_FALSE(read("lora_r: 4\n").load_in_4bit);
  CHECK_THAT(problems("adapter: qlora\nload_in_8bit: true\n"), Catch::Contains("does not go with 'adapter: qlora'"));
  CHECK_THAT(problems("adapter: qlora\nload_in_4bit: false\n"), Catch::Contains("does not go with 'adapter: qlora'"));
  CHECK_THAT(problems("load_in_4bit: true\nload_in_8bit: true\n"), Catch::Contains("excludes 'load_in_4bit'"));
}
