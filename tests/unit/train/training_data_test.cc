// The examples of a recipe: held-out shares, and what happens when nothing is left.
#include "train/training_data.h"

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

const fs::path kTiny = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tiny-chat";

class Data {
 public:
  /// @param lines  texts, one record each
  train::TrainingData load(const std::vector<std::string>& texts) {
    std::string lines;
    for (const std::string& text : texts) lines += dump_json({{"prompt", "Answer:"}, {"completion", text}}) + "\n";
    write_file_atomic(scratch_.path() / "a.jsonl", lines);
    recipe.datasets = {{(scratch_.path() / "a.jsonl").string(), "", "train"}};
    return train::load_training_data(recipe, *tokenizer_, nullptr);
  }
  train::FinetuneRecipe recipe;

 private:
  test::TemporaryDirectory scratch_;
  std::unique_ptr<text::Tokenizer> tokenizer_ = text::load_tokenizer(kTiny);
};

std::vector<std::string> numbered(int count) {
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) texts.push_back("number " + std::to_string(i));
  return texts;
}

}  // namespace

TEST_CASE("the held-out share does not depend on the order of the file", "[train]") {
  Data data;
  data.recipe.val_set_size = 0.1;
  auto texts = numbered(50);
  const auto forward = data.load(texts);
  std::reverse(texts.begin(), texts.end());
  const auto backward = data.load(texts);
  REQUIRE(forward.validation.size() == 5);
  REQUIRE(forward.train.size() == 45);
  const auto tokens = [](const train::TrainingData& d) {
    std::vector<std::vector<std::int32_t>> all;
    for (const auto& example : d.validation) all.push_back(example.tokens);
    std::sort(all.begin(), all.end());
    return all;
  };
  CHECK(tokens(forward) == tokens(backward));
  CHECK(forward.fingerprint != backward.fingerprint);  // another order is another training
  CHECK(forward.train_counts.examples == 45);
  data.recipe.val_set_size = 7;
  CHECK(data.load(texts).validation.size() == 7);
  data.recipe.val_set_size = 0;
  CHECK(data.load(texts).validation.empty());
}

TEST_CASE("equal examples never lie on both sides", "[train]") {
  Data data;
  data.recipe.val_set_size = 0.3;
  auto texts = numbered(10);
  for (int copy = 0; copy < 3; ++copy) {
    const auto more = numbered(10);
    texts.insert(texts.end(), more.begin(), more.end());
  }
  const auto loaded = data.load(texts);
  CHECK(loaded.validation.size() % 4 == 0);
  for (const auto& held : loaded.validation) {
    for (const auto& kept : loaded.train) CHECK(held.tokens != kept.tokens);
  }
}

TEST_CASE("data without anything to learn is an error that says why", "[train]") {
  Data data;
  data.recipe.sequence_len = 2;
  CHECK_THROWS_WITH(data.load(numbered(3)),
                    "no usable training example: of 3 records, 3 have no supervised token within 2 tokens");
  data.recipe.sequence_len = 512;
  data.recipe.val_set_size = 0.9;
  CHECK_THROWS_WITH(data.load({"one"}), Catch::Contains("leaves nothing to train on"));
}
