// Preference records in every spelling, and what is supervised of them.
#include "train/preference_record.h"

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "train/example_maker.h"
#include "train/preference_data.h"

using namespace llmops;

namespace {

const fs::path kBase = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tiny-chat";

train::Record record(const char* json) { return {Json::parse(json), "p.jsonl:3"}; }

/// Role and content of each message, and how many are the prompt.
std::string described(const train::Answer& answer) {
  if (const auto* text = std::get_if<train::Completion>(&answer)) return text->prompt + "|" + text->completion;
  const auto& chat = std::get<train::ChatAnswer>(answer);
  std::string text;
  std::size_t i = 0;
  for (const Json& message : chat.conversation.messages) {
    text += (i++ == chat.prompt_messages ? "| "
             : i == 1                    ? ""
                                         : ", ") +
            message["role"].get<std::string>() + ":" + message["content"].get<std::string>();
  }
  return text;
}

std::string pair_error(const char* json) {
  try {
    train::to_pair(record(json));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("pairs are read in every published spelling", "[train]") {
  for (const char* json : {
           R"({"prompt": [{"role": "user", "content": "a"}], "chosen": [{"role": "assistant", "content": "b"}],
               "rejected": [{"role": "assistant", "content": "c"}]})",
           R"({"chosen": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
               "rejected": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "c"}]})",
           R"({"conversations": [{"from": "human", "value": "a"}], "chosen": {"from": "gpt", "value": "b"},
               "rejected": {"from": "gpt", "value": "c"}})",
           R"({"messages": [{"role": "user", "content": "a"}], "chosen": "b", "rejected": "c"})",
           R"({"instruction": "a", "input": "", "chosen": "b", "rejected": "c"})",
           R"({"chosen": "\n\nHuman: a\n\nAssistant: b", "rejected": "\n\nHuman: a\n\nAssistant: c"})"}) {
    INFO(json);
    const train::AnswerPair pair = train::to_pair(record(json));
    CHECK(described(pair.chosen) == "user:a| assistant:b");
    CHECK(described(pair.rejected) == "user:a| assistant:c");
  }
  const train::AnswerPair text = train::to_pair(record(R"({"prompt": "a ", "chosen": "b", "rejected": "c"})"));
  CHECK(described(text.chosen) == "a |b");
  CHECK(described(text.rejected) == "a |c");
}

TEST_CASE("a transcript of several turns keeps them, and only what differs is the answer", "[train]") {
  const train::AnswerPair pair = train::to_pair(record(
      R"({"chosen": "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: d",
          "rejected": "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: e"})"));
  CHECK(described(pair.rejected) == "user:a, assistant:b, user:c| assistant:e");
  CHECK(std::get<train::ChatAnswer>(pair.chosen).prompt_messages == 3);
}

TEST_CASE("judged answers come from labels, and from pairs", "[train]") {
  const auto judged = train::to_judged(record(
      R"({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "label": false})"));
  REQUIRE(judged.size() == 1);
  CHECK_FALSE(judged[0].desirable);
  CHECK(described(judged[0].answer) == "user:a| assistant:b");
  CHECK(train::to_judged(record(R"({"prompt": "a", "completion": "b", "label": 1})"))[0].desirable);
  const auto both = train::to_judged(record(R"({"prompt": "a", "chosen": "b", "rejected": "c"})"));
  REQUIRE(both.size() == 2);
  CHECK(both[0].desirable);
  CHECK_FALSE(both[1].desirable);
  CHECK(described(train::mismatched(judged[0].answer, judged[0].answer, "")) == "user:a| assistant:b");
  CHECK_THROWS_WITH(train::mismatched(judged[0].answer, both[0].answer, "p.jsonl:3"),
                    Catch::Contains("p.jsonl:3: the records before"));
}

TEST_CASE("a preference record that says too little is named", "[train]") {
  CHECK(pair_error(R"({"prompt": "a", "chosen": "b"})") == "p.jsonl:3: 'rejected' is missing");
  CHECK(pair_error(R"({"chosen": "b", "rejected": "c"})") ==
        "p.jsonl:3: 'prompt' is missing, and 'chosen' is no conversation");
  CHECK(pair_error(R"({"chosen": "\n\nHuman: a", "rejected": "\n\nHuman: a"})") ==
        "p.jsonl:3: 'chosen' and 'rejected' do not end in different answers");
  CHECK(pair_error(R"({"prompt": 3, "chosen": "b", "rejected": "c"})").find("prompt") != std::string::npos);
  CHECK_THROWS_WITH(train::to_judged(record(R"({"prompt": "a", "completion": "b"})")), "p.jsonl:3: 'label' is missing");
  CHECK_THROWS_WITH(train::to_judged(record(R"({"prompt": "a", "completion": "b", "label": "yes"})")),
                    "p.jsonl:3: 'label' is \"yes\", expected true or false");
}

TEST_CASE("only the last answer of a pair is supervised, and a unit goes as a whole", "[train]") {
  const auto tokenizer = text::load_tokenizer(kBase);
  const auto chat_template = text::load_chat_template(kBase);
  const train::ExampleMaker maker(*tokenizer, chat_template.get(), {60, false});
  const train::Record turns = record(
      R"({"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "first"},
                       {"role": "user", "content": "and"}], "chosen": "good", "rejected": "bad"})");
  const train::Example example = maker.make_answer(train::to_pair(turns).chosen, turns.origin);
  std::string supervised;
  for (std::size_t i = 0; i < example.tokens.size(); ++i) {
    if (example.supervised[i] != 0) supervised += tokenizer->token_bytes(example.tokens[i], false);
  }
  CHECK(supervised == "good<|im_end|>");

  const std::string long_answer(400, 'x');
  const train::Record cut = {{{"prompt", long_answer}, {"chosen", "b"}, {"rejected", "c"}}, "p.jsonl:4"};
  train::PreferenceRecipe recipe;
  recipe.rl = "dpo";
  train::ExampleCounts counts;
  const auto examples = train::preference_examples(recipe, {turns, cut}, maker, counts);
  CHECK(examples.size() == 2);
  CHECK(counts.records == 2);
  CHECK(counts.examples == 1);
  CHECK(counts.unsupervised == 1);
}

TEST_CASE("KTO's second example is the same prompt with the answer before", "[train]") {
  const auto tokenizer = text::load_tokenizer(kBase);
  const train::ExampleMaker maker(*tokenizer, nullptr, {60, false});
  train::PreferenceRecipe recipe;
  recipe.rl = "kto";
  train::ExampleCounts counts;
  const auto examples = train::preference_examples(recipe,
                                                   {record(R"({"prompt": "a ", "completion": "one", "label": true})"),
                                                    record(R"({"prompt": "b ", "completion": "two", "label": false})")},
                                                   maker, counts);
  REQUIRE(examples.size() == 4);
  const auto text_of = [&](const train::Example& example) {
    std::string text;
    for (const std::int32_t token : example.tokens) text += tokenizer->token_bytes(token, /*skip_special=*/true);
    return text;
  };
  CHECK(text_of(examples[0]) == "a one");
  CHECK(text_of(examples[1]) == "a two");
  CHECK(text_of(examples[2]) == "b two");
  CHECK(text_of(examples[3]) == "b one");
  CHECK(examples[0].desirable);
  CHECK_FALSE(examples[2].desirable);
}
