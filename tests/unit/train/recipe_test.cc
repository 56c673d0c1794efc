// Finetuning recipes: defaults, overrides, and every problem of a file in one error.
#include "train/recipe.h"

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

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
      "base_model: m\nadapter: qlora\nlr_scheduler: cosin\nlrr: 1\nlora_r: 0\ndatasets:\n  - type: x\n");
  const std::string text = file.problems();
  CHECK_THAT(text, Catch::Contains("'output_dir' is missing"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:2: 'adapter' is 'qlora'; supported: 'lora'"));
  CHECK_THAT(text,
             Catch::Contains("lora.yaml:3: 'lr_scheduler' is 'cosin'; supported: 'cosine', 'linear', 'constant'"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:4: unknown key 'lrr'"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:5: 'lora_r' must lie between 1 and 4096"));
  CHECK_THAT(text, Catch::Contains("lora.yaml:7: 'datasets.0.path' is missing"));
}

TEST_CASE("recipes that would train nothing or compare nothing are refused", "[train]") {
  const RecipeFile file(kSmall);
  CHECK_THAT(file.problems({"lora_target_linear=false"}), Catch::Contains("nothing would be trained"));
  CHECK_THAT(file.problems({"early_stopping_patience=2", "val_set_size=0"}), Catch::Contains("needs validation data"));
  CHECK_THAT(file.problems({"learning_rate=fast"}), Catch::Contains("learning_rate"));
  CHECK_THAT(file.problems({"optimizer=sgd"}), Catch::Contains("'adamw_torch', 'adamw'"));
}
