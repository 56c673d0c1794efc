// Rewards by rule, and what an answer gains over the others to its prompt.
#include "train/rewards.h"

#include "core/files.h"
#include "support/catch.h"
#include "support/reward_models.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"
#include "train/rollouts.h"

using namespace llmops;

namespace {

double reward(const train::RewardRule& rule, const char* answer, const char* own = "") {
  return train::Rewards({rule}).of(answer, own, {})[0];
}

}  // namespace

TEST_CASE("an answer is right when it says the same", "[train]") {
  const train::RewardRule whole{"answer", "", nullptr, 1};
  CHECK(reward(whole, " The  cat\n", "the cat") == 1);
  CHECK(reward(whole, "The dog", "the cat") == 0);
  CHECK(reward(whole, "1,000", "1000.0") == 1);
  CHECK(reward(whole, "", "") == 1);

  const train::RewardRule last_number{"answer", "-?[0-9][0-9,]*(?:\\.[0-9]+)?", nullptr, 1};
  CHECK(reward(last_number, "3 and 4 make 7.", "The answer is 7") == 1);
  CHECK(reward(last_number, "7 is not it, 8 is", "The answer is 7") == 0);
  CHECK(reward(last_number, "seven", "7") == 0);
  CHECK(reward(last_number, "seven", "seven") == 0);  // what cannot be found is not the same
}

TEST_CASE("a pattern or a schema rewards form", "[train]") {
  const train::RewardRule tagged{"regex", "^<think>.*</think>", nullptr, 1};
  CHECK(reward(tagged, "<think>so</think> yes") == 1);
  CHECK(reward(tagged, "yes <think>so</think>") == 0);
  const Json schema = Json::parse(R"({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}})");
  const train::RewardRule shaped{"json_schema", "", schema, 1};
  CHECK(reward(shaped, R"( {"a": 1, "b": []} )") == 1);
  CHECK(reward(shaped, R"({"a": "1"})") == 0);
  CHECK(reward(shaped, R"(Here: {"a": 1})") == 0);
  CHECK(reward(shaped, R"({"a": 1)") == 0);
}

TEST_CASE("rules add up by weight, and each has a name of its own", "[train]") {
  const train::Rewards rewards({{"regex", "a", nullptr, 1}, {"regex", "b", nullptr, 0.5}, {"answer", "", nullptr, 2}});
  CHECK(rewards.names() == std::vector<std::string>{"rewards/regex", "rewards/regex_2", "rewards/answer"});
  CHECK(rewards.total(rewards.of("ab", "ab", {})) == 3.5);
  CHECK(rewards.total(rewards.of("b", "ab", {})) == 0.5);
}

TEST_CASE("a reward model judges the whole conversation", "[train]") {
  test::TemporaryDirectory scratch;
  const fs::path path = test::write_reward_model(test::kGolden / "tiny-chat", scratch.path() / "judge");
  train::RewardRule rule{"model", "", nullptr, 2};
  rule.model = "judge";
  rule.model_path = path;
  const train::Rewards rewards({{"regex", "a", nullptr, 1}, rule});
  CHECK(rewards.names() == std::vector<std::string>{"rewards/regex", "rewards/model"});
  const std::vector<double> one = rewards.of("a", "", {5, 6, 7}), other = rewards.of("a", "", {5, 6, 8});
  CHECK(one[0] == 1);
  CHECK(one[1] != other[1]);
  CHECK(rewards.total(one) == 1 + 2 * one[1]);
  CHECK_THROWS_WITH(rewards.of("a", "", std::vector<std::int32_t>(513, 5)),
                    Catch::Contains("513 tokens, the model's context has 512"));

  const std::string fingerprint = text::load_tokenizer(path)->fingerprint();
  CHECK_NOTHROW(train::check_reward_models({rule}, fingerprint));
  CHECK_THROWS_WITH(train::check_reward_models({rule}, "another"), Catch::Contains("has another tokenizer"));
  rule.model_path = test::kGolden / "tiny-chat";
  CHECK_THROWS_WITH(train::check_reward_models({rule}, fingerprint), Catch::Contains("'judge' is a language model"));
}

TEST_CASE("answers that are drawn are judged with what ends the record's own", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = test::golden_recipe(scratch.path());
  train::RewardRule rule{"model", "", nullptr, 1};
  rule.model_path = test::write_reward_model(recipe.base_path, scratch.path() / "judge");
  recipe.grpo.rewards = {rule};
  recipe.grpo.max_completion_length = 6;
  recipe.grpo.num_generations = 2;
  train::Example example;  // a prompt of three tokens, an answer with its end, and what the template writes after it
  example.tokens = {5, 60, 61, 90, 91, 2, 7};
  example.supervised = {0, 0, 0, 1, 1, 1, 0};
  example.supervised_tokens = 3;
  const train::MicroBatch window = {0};
  const train::Rollouts rollouts =
      train::answer_prompts(recipe, {example}, {&window, 1}, test::kGolden / "lora/adapter", {});
  infer::EngineOptions options;
  options.model = rule.model_path.string();
  infer::RewardModel judge(options);
  REQUIRE(rollouts.examples.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    std::vector<text::TokenId> whole = rollouts.examples[i].tokens;
    if (whole.back() != 2) whole.push_back(2);
    whole.push_back(7);
    CHECK(rollouts.rewards[i] == Approx(judge.rewards({&whole, 1})[0]));
  }
}

TEST_CASE("advantages are TRL's", "[train]") {
  const Json golden = read_json_file(test::kGolden / "grpo/grpo.json");
  for (const char* scale : {"group", "batch", "none"}) {
    const auto found = train::advantages_of(golden["rewards"].get<std::vector<double>>(), 4, scale);
    const auto expected = golden["advantages"][scale].get<std::vector<double>>();
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).margin(1e-6));
  }
  for (const double value : train::advantages_of({1, 1, 1, 1}, 4, "group")) CHECK(value == 0);
}
