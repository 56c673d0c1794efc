// What a reward model says of texts, against transformers; lines in and out; and what refuses to take it for a writer.
#include "infer/reward_model.h"

#include "core/error.h"
#include "infer/draft_model.h"
#include "infer/open_engine.h"
#include "infer/reward_lines.h"
#include "support/catch.h"
#include "support/reward_models.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

const fs::path kGolden = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden";

infer::EngineOptions options_of(const fs::path& model, const fs::path& adapter = "") {
  infer::EngineOptions options;
  options.model = model.string();
  options.adapter = adapter.string();
  options.dtype = "float32";
  options.threads = 1;
  return options;
}

/// The conversations of tests/golden/reward/chats.jsonl, chosen before rejected.
std::vector<Json> chats() {
  std::vector<Json> found;
  LineSource lines(kGolden / "reward/chats.jsonl");
  for (const auto& line : lines.take(100)) {
    const Json record = Json::parse(line.text);
    found.push_back(record["chosen"]);
    found.push_back(record["rejected"]);
  }
  return found;
}

std::vector<Json> answers_to(infer::RewardModel& model, const fs::path& scratch, const std::string& text) {
  write_file_atomic(scratch / "lines.jsonl", text);
  LineSource lines(scratch / "lines.jsonl");
  std::vector<Json> answers;
  infer::reward_lines(model, lines, [&](const Json& json, const std::string&) { answers.push_back(json); });
  return answers;
}

}  // namespace

TEST_CASE("rewards are transformers', of a model's folder and of an adapter on its base", "[infer]") {
  test::TemporaryDirectory scratch;
  const std::string kind = GENERATE("whole", "adapter");
  const fs::path base = kGolden / "tiny-chat";
  const auto options =
      kind == "whole" ? options_of(test::write_reward_model(base, scratch.path() / "model"))
                      : options_of(base, test::write_reward_adapter(kGolden / "lora/start", 64, scratch.path() / "a"));
  CHECK(infer::is_reward_model(options.model, options.adapter));
  infer::RewardModel model(options);
  std::string lines;
  for (const Json& chat : chats()) lines += Json{{"messages", chat}}.dump() + "\n";
  const std::vector<Json> answers = answers_to(model, scratch.path(), lines);
  const Json expected = read_json_file(kGolden / "reward/training.json")["start"][kind];
  REQUIRE(answers.size() == 8);
  for (std::size_t i = 0; i < 8; ++i) {
    CHECK(answers[i]["reward"].get<double>() == Approx(expected[i / 2][i % 2].get<double>()).margin(2e-5));
  }
}

TEST_CASE("a reward is the same alone, among others, and cut into steps", "[infer]") {
  test::TemporaryDirectory scratch;
  auto options = options_of(test::write_reward_model(kGolden / "tiny-chat", scratch.path() / "model"));
  infer::RewardModel model(options);
  std::vector<std::vector<text::TokenId>> sequences;
  for (const int length : {1, 70, 3, 512, 16, 17, 300}) {
    sequences.emplace_back();
    for (int i = 0; i < length; ++i) sequences.back().push_back(3 + (i * 31 + length) % 380);
  }
  const std::vector<float> together = model.rewards(sequences);
  for (std::size_t i = 0; i < sequences.size(); ++i) CHECK(model.rewards({&sequences[i], 1})[0] == together[i]);
  options.step_tokens = 48;
  CHECK(infer::RewardModel(options).rewards(sequences) == together);
  CHECK(model.rewards({}).empty());
}

TEST_CASE("padding at the end is not judged", "[infer]") {
  test::TemporaryDirectory scratch;
  const fs::path path = test::write_reward_model(kGolden / "tiny-chat", scratch.path() / "model");
  const std::vector<std::vector<text::TokenId>> padded = {{5, 6, 7, 2, 2}, {5, 6, 7}, {2, 2}, {2}};
  const std::vector<float> plain = infer::RewardModel(options_of(path)).rewards(padded);
  CHECK(plain[0] != plain[1]);
  Json config = read_json_file(path / "config.json");
  config["pad_token_id"] = 2;
  write_file_atomic(path / "config.json", config.dump());
  const std::vector<float> rewards = infer::RewardModel(options_of(path)).rewards(padded);
  CHECK(rewards[0] == rewards[1]);
  CHECK(rewards[2] == rewards[3]);  // nothing but padding: the first token, as transformers has it
}

TEST_CASE("a line that cannot be judged has its error, and the others go on", "[infer]") {
  test::TemporaryDirectory scratch;
  infer::RewardModel model(options_of(test::write_reward_model(kGolden / "tiny-chat", scratch.path() / "model")));
  const auto answers = answers_to(model, scratch.path(), R"({"text": "May I pay later?"}
{"text": "a", "ids": [1]}
{"ids": []}
{"ids": [5, 384]}

{"messages": "hello"}
{"prompt": "a"}
no json
{"text": ")" + std::string(3000, 'x') + R"("}
{"ids": [5, 6]}
)");
  REQUIRE(answers.size() == 9);
  CHECK(answers.front().contains("reward"));
  CHECK(answers.back().contains("reward"));
  const auto message = [&](std::size_t i) { return answers[i]["error"]["message"].get<std::string>(); };
  CHECK_THAT(message(1), Catch::Contains(":2: one of 'messages', 'text' and 'ids' is needed"));
  CHECK_THAT(message(2), Catch::Contains(":3: there are no tokens to judge"));
  CHECK_THAT(message(3), Catch::Contains(":4: has token 384, the vocabulary has 384"));
  CHECK(answers[4].contains("error"));
  CHECK_THAT(message(5), Catch::Contains("prompt"));
  CHECK(answers[6].contains("error"));
  CHECK_THAT(message(7), Catch::Contains("tokens, the model's context has 512"));
}

TEST_CASE("a reward model writes no text, and a language model has no rewards", "[infer]") {
  test::TemporaryDirectory scratch;
  const fs::path base = kGolden / "tiny-chat";
  const fs::path path = test::write_reward_model(base, scratch.path() / "model");
  const fs::path adapter = test::write_reward_adapter(kGolden / "lora/start", 64, scratch.path() / "adapter");
  CHECK_THROWS_WITH(infer::open_engine(options_of(path)), Catch::Contains("is a reward model: it judges texts"));
  CHECK_THROWS_WITH(infer::open_engine(options_of(base, adapter)),
                    Catch::Contains("adapter' is a reward model: it judges texts"));
  auto drafted = options_of(base);
  drafted.draft_model = path.string();
  CHECK_THROWS_WITH(infer::open_engine(drafted), Catch::Contains("is a reward model: it judges texts"));
  CHECK_FALSE(infer::is_reward_model(base.string(), ""));
  CHECK_FALSE(infer::is_reward_model(base.string(), (kGolden / "lora/start").string()));
  CHECK_THROWS_WITH(infer::RewardModel(options_of(base)), Catch::Contains("is a language model"));
}

TEST_CASE("a classifier that is no reward model is refused, and so is one without its head", "[infer]") {
  test::TemporaryDirectory scratch;
  const fs::path path = test::write_reward_model(kGolden / "tiny-chat", scratch.path() / "model");
  const auto with = [&](const char* key, const Json& value) {
    Json config = read_json_file(path / "config.json");
    config[key] = value;
    write_file_atomic(path / "config.json", config.dump());
  };
  with("id2label", {{"0", "bad"}, {"1", "good"}});
  CHECK_THROWS_WITH(infer::RewardModel(options_of(path)), Catch::Contains("a classifier of 2 labels is not supported"));
  with("id2label", nullptr);
  CHECK_THROWS_WITH(infer::RewardModel(options_of(path)), Catch::Contains("a classifier of 2 labels"));
  with("num_labels", 1);
  CHECK_NOTHROW(infer::RewardModel(options_of(path)));
  with("architectures", {"GraniteForSequenceClassification"});
  CHECK_THROWS_AS(infer::RewardModel(options_of(path)), InputError);

  const fs::path adapter = scratch.path() / "adapter";
  fs::copy(kGolden / "lora/start", adapter);
  Json config = read_json_file(adapter / "adapter_config.json");
  config["task_type"] = "SEQ_CLS";
  write_file_atomic(adapter / "adapter_config.json", config.dump());
  CHECK_THROWS_WITH(infer::RewardModel(options_of(kGolden / "tiny-chat", adapter)),
                    Catch::Contains("'score.weight' is missing"));
}
