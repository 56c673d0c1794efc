// Masks: the assistant's turns and their end are learnt, nothing else, also after cutting.
#include "train/example_maker.h"

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"

using namespace llmops;

namespace {

const fs::path kTiny = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tiny-chat";

struct Maker {
  std::unique_ptr<text::Tokenizer> tokenizer = text::load_tokenizer(kTiny);
  std::unique_ptr<text::ChatTemplate> chat_template = text::load_chat_template(kTiny);
  train::ExampleCounts counts;
  train::Example example;                ///< the first one made
  std::vector<train::Example> examples;  ///< all

  bool make(train::RecordForm form, const char* json, train::ExampleOptions options = {}, bool with_template = true) {
    const train::ExampleMaker maker(*tokenizer, with_template ? chat_template.get() : nullptr, options);
    examples = maker.make(form, {Json::parse(json), "a.jsonl:1"}, counts);
    example = examples.empty() ? train::Example() : examples.front();
    return !examples.empty();
  }
  /// The learnt (or else all) tokens as text.
  std::string text(bool only_learnt) const {
    std::string all;
    for (std::size_t i = 0; i < example.tokens.size(); ++i) {
      if (!only_learnt || example.supervised[i] != 0) all += tokenizer->token_bytes(example.tokens[i], false);
    }
    return all;
  }
};

constexpr const char* kChat = R"({"messages": [{"role": "user", "content": "My parcel?"},
  {"role": "assistant", "content": "It has not arrived."}, {"role": "user", "content": "And?"},
  {"role": "assistant", "content": "I cannot find it."}]})";

}  // namespace

TEST_CASE("every assistant turn is learnt with the marker that ends it", "[train]") {
  Maker maker;
  REQUIRE(maker.make(train::RecordForm::kChat, kChat));
  CHECK(maker.text(true) == "It has not arrived.<|im_end|>I cannot find it.<|im_end|>");
  CHECK_THAT(maker.text(false), Catch::StartsWith("<|im_start|>user\nMy parcel?<|im_end|>\n<|im_start|>assistant\n"));
  CHECK(maker.example.tokens[1] != maker.example.tokens[0]);  // one BOS
}

TEST_CASE("train_on_inputs learns all but the first token", "[train]") {
  Maker maker;
  REQUIRE(maker.make(train::RecordForm::kChat, kChat, {.train_on_inputs = true}));
  CHECK(maker.example.supervised_tokens == maker.example.length() - 1);
  CHECK(maker.example.supervised[0] == 0);
}

TEST_CASE("long examples are cut and counted, and dropped when nothing learnt is left", "[train]") {
  Maker maker;
  REQUIRE(maker.make(train::RecordForm::kChat, kChat));
  const auto whole = maker.example;
  const auto first = std::find(whole.supervised.begin(), whole.supervised.end(), 1) - whole.supervised.begin();
  REQUIRE(maker.make(train::RecordForm::kChat, kChat, {.sequence_len = static_cast<int>(first) + 2}));
  CHECK(maker.example.length() == first + 2);
  CHECK(maker.example.supervised_tokens == 2);
  CHECK_FALSE(maker.make(train::RecordForm::kChat, kChat, {.sequence_len = static_cast<int>(first)}));
  CHECK(maker.counts.records == 3);
  CHECK(maker.counts.examples == 2);
  CHECK(maker.counts.cut == 2);
  CHECK(maker.counts.unsupervised == 1);
  CHECK(maker.counts.longest == whole.length());
}

TEST_CASE("a completion learns its end and the end of text, not its prompt", "[train]") {
  Maker maker;
  REQUIRE(maker.make(train::RecordForm::kCompletion, R"({"prompt": "My parcel", "completion": " has arrived"})"));
  CHECK(maker.text(true) == " has arrived<|im_end|>");
  REQUIRE(maker.make(train::RecordForm::kCompletion, R"({"text": "My parcel has arrived"})"));
  CHECK(maker.text(false) == "My parcel has arrived<|im_end|>");
}

TEST_CASE("a begin token that the text writes once more is refused", "[train]") {
  const auto tokenizer = text::load_tokenizer(fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tokenizers/split_nfc");
  REQUIRE(tokenizer->encode("Hello", true).front() == tokenizer->bos_id());
  const train::ExampleMaker maker(*tokenizer, nullptr, {});
  train::ExampleCounts counts;
  const std::string bos = tokenizer->id_to_token(*tokenizer->bos_id());
  const auto make = [&](const std::string& prompt) {
    return maker.make(train::RecordForm::kCompletion, {{{"prompt", prompt}, {"completion", " it is"}}, "a.jsonl:4"},
                      counts);
  };
  CHECK_THROWS_WITH(make(bos + "Hello"), "a.jsonl:4: begins with two '" + bos + "' tokens");
  CHECK(make("Hello " + bos).size() == 1);
  CHECK_THROWS_WITH(maker.make_answer(train::Completion{bos + "Hello", " it is"}, "a.jsonl:5"),
                    "a.jsonl:5: begins with two '" + bos + "' tokens");
}

TEST_CASE("a long text becomes several examples, without loss", "[train]") {
  Maker maker;
  const char* record = R"({"text": "My parcel has not arrived, and nobody knows where it went."})";
  REQUIRE(maker.make(train::RecordForm::kCompletion, record));
  const std::vector<std::int32_t> whole = maker.example.tokens;
  maker.counts = {};
  REQUIRE(maker.make(train::RecordForm::kCompletion, record, {.sequence_len = 7}));
  std::vector<std::int32_t> joined;
  for (const train::Example& piece : maker.examples) {
    CHECK(piece.length() <= 7);
    CHECK(piece.supervised_tokens == piece.length() - 1);  // nothing predicts a first token
    joined.insert(joined.end(), piece.tokens.begin(), piece.tokens.end());
  }
  if (whole.size() % 7 == 1) joined.push_back(whole.back());  // alone in its piece, where nothing would predict it
  CHECK(joined == whole);
  CHECK(maker.counts.cut == 0);
  CHECK(maker.counts.records == 1);
  CHECK(maker.counts.examples == static_cast<std::int64_t>(maker.examples.size()));
  // With a prompt the text stays one, and loses its end.
  REQUIRE(maker.make(train::RecordForm::kCompletion, R"({"prompt": "My", "completion": " parcel has not arrived"})",
                     {.sequence_len = 7}));
  CHECK(maker.examples.size() == 1);
  CHECK(maker.counts.cut == 1);
}

TEST_CASE("chat data needs a template, Alpaca data does without", "[train]") {
  Maker maker;
  CHECK_THROWS_WITH(maker.make(train::RecordForm::kChat, kChat, {}, false),
                    "a.jsonl:1: chat data, but the model has no chat template");
  REQUIRE(maker.make(train::RecordForm::kAlpaca, R"({"instruction": "Where?", "output": "Here."})", {}, false));
  CHECK(maker.text(true) == "Here.<|im_end|>");
  CHECK_THROWS_AS(maker.make(train::RecordForm::kChat, R"({"messages": "hello"})"), InputError);
}
