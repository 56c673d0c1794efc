// What is learnt of a conversation: the example of axolotl's documentation, each of its settings, OpenAI's weights, and
// that without any setting the answers alone are, as ever.
#include "train/chat_mask.h"

#include <random>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"

using namespace llmops;

namespace {

const fs::path kTiny = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tiny-chat";

struct Setting {
  std::unique_ptr<text::Tokenizer> tokenizer = text::load_tokenizer(kTiny);
  std::unique_ptr<text::ChatTemplate> chat_template = text::load_chat_template(kTiny);

  train::Example example(const Json& messages, const train::ChatData& data = {},
                         const train::ChatMaskOptions& options = {}) const {
    return train::mask_conversation(*chat_template, *tokenizer, {messages, nullptr}, data, options);
  }
  /// What is learnt, a '|' between runs.
  std::string learnt(const Json& messages, const train::ChatData& data = {},
                     const train::ChatMaskOptions& options = {}) const {
    const train::Example made = example(messages, data, options);
    std::string text;
    for (std::size_t i = 0; i < made.tokens.size(); ++i) {
      if (made.supervised[i] == 0) continue;
      if (!text.empty() && made.supervised[i - 1] == 0) text += '|';
      text += tokenizer->token_bytes(made.tokens[i], false);
    }
    return text;
  }
};

Json message(const std::string& role, const std::string& content) { return {{"role", role}, {"content", content}}; }

const Json kTurns = {message("system", "s"), message("user", "u"), message("assistant", "a"), message("user", "v"),
                     message("assistant", "b")};

}  // namespace

TEST_CASE("messages say themselves what of them is learnt, as in axolotl's documentation", "[train]") {
  const std::string well = "I'm doing very well, thank you!";
  const Json messages = {{{"role", "system"}, {"content", "You are a helpful assistant."}, {"train", false}},
                         {{"role", "user"}, {"content", "Hello"}, {"train", false}},
                         {{"role", "assistant"}, {"content", "Hello"}, {"train", true}},
                         {{"role", "user"}, {"content", "How are you?"}, {"train", true}},
                         {{"role", "assistant"},
                          {"content", well},
                          {"train_detail",
                           {{{"begin_offset", 0}, {"end_offset", 8}, {"train", false}},
                            {{"begin_offset", 9}, {"end_offset", 18}, {"train", true}},
                            {{"begin_offset", 19}, {"end_offset", 30}, {"train", false}}}}},
                         {{"role", "user"}, {"content", well}, {"train", true}},
                         {{"role", "assistant"}, {"content", "Hi there!"}, {"train", true}}};
  train::ChatData data;
  data.roles_to_train = {};
  data.train_on_eos = "turn";
  data.message_field_training = "train";
  data.message_field_training_detail = "train_detail";
  CHECK(Setting().learnt(messages, data) ==
        "Hello<|im_end|>|How are you?<|im_end|>| very well|<|im_end|>|" + well + "<|im_end|>|Hi there!<|im_end|>");
}

TEST_CASE("roles and ends of turns", "[train]") {
  const Setting setting;
  const auto learnt = [&](std::vector<std::string> roles, const std::string& eos, const std::string& eot = "") {
    train::ChatData data;
    data.roles_to_train = std::move(roles);
    data.train_on_eos = eos;
    data.train_on_eot = eot;
    return setting.learnt(kTurns, data);
  };
  CHECK(learnt({"assistant"}, "") == "a<|im_end|>|b<|im_end|>");
  CHECK(learnt({"assistant"}, "turn") == "a<|im_end|>|b<|im_end|>");
  CHECK(learnt({"assistant"}, "none") == "a|b");
  CHECK(learnt({"assistant"}, "last") == "a|b<|im_end|>");
  CHECK(learnt({"assistant"}, "all") == "<|im_end|>|<|im_end|>|a<|im_end|>|<|im_end|>|b<|im_end|>");
  CHECK(learnt({"user"}, "") == "u<|im_end|>|v<|im_end|>");
  CHECK(learnt({"user", "system"}, "none") == "s|u|v");
  CHECK(learnt({}, "last") == "<|im_end|>");
  CHECK(learnt({"assistant"}, "none", "turn") == "a<|im_end|>|b<|im_end|>");  // the eos token ends turns, too
  CHECK(learnt({"assistant"}, "last", "none") == "a|b<|im_end|>");
}

TEST_CASE("an end of turn that is not the end of text has a setting of its own", "[train]") {
  Setting setting;
  setting.chat_template = std::make_unique<text::ChatTemplate>(
      "{% for m in messages %}{{ m.role }}: {{ m.content }}<|im_start|>\n{% endfor %}", "", "");
  const auto learnt = [&](const std::string& eos, const std::string& eot) {
    train::ChatData data;
    data.roles_to_train = {"user"};
    data.train_on_eos = eos;
    data.train_on_eot = eot;
    return setting.learnt({message("user", "u"), message("user", "v")}, data);
  };
  CHECK(learnt("none", "turn") == "u<|im_start|>|v<|im_start|>");
  CHECK(learnt("all", "none") == "u|v");
  CHECK(learnt("last", "") == "u|v<|im_start|>");
}

TEST_CASE("a weight of 0 leaves a message out, as OpenAI has it", "[train]") {
  const Setting setting;
  Json turns = kTurns;
  turns[2]["weight"] = 0;
  turns[4]["weight"] = 1;
  turns[3]["weight"] = 1;  // a weight teaches no other role
  CHECK(setting.learnt(turns) == "b<|im_end|>");
  const train::Example all = setting.example(turns, {}, {.train_on_inputs = true});
  const train::Example plain = setting.example(kTurns, {}, {.train_on_inputs = true});
  CHECK(all.tokens == plain.tokens);
  const std::string left_out = setting.learnt(turns, {}, {.train_on_inputs = true});
  CHECK(left_out.find("assistant\na") == std::string::npos);
  CHECK(left_out.find("user\nv") != std::string::npos);
  turns[2]["weight"] = 0.5;
  CHECK_THROWS_WITH(setting.learnt(turns), "messages[2].weight is 0.5, expected true or false");
}

TEST_CASE("parts of a content are characters, wherever the template trims it", "[train]") {
  Setting setting;
  setting.chat_template = std::make_unique<text::ChatTemplate>(
      "{% for m in messages %}{{ m.role }}: {{ m.content | trim }}<|im_end|>\n{% endfor %}", "", "");
  train::ChatData data;
  data.message_field_training_detail = "parts";
  data.train_on_eos = "none";
  const auto learnt = [&](const std::string& content, int begin, int end) {
    Json turn = message("user", content);
    turn["parts"] = Json::array({{{"begin_offset", begin}, {"end_offset", end}}});
    return setting.learnt(Json::array({turn}), data);
  };
  CHECK(learnt("  x My y \n", 0, 2) == "x");
  CHECK(learnt("\u00e9 \u00e9 z", 4, 4) == "z");  // characters, not bytes
  CHECK_THROWS_WITH(learnt("abc", 0, 3), Catch::Contains("messages[0]") && Catch::Contains("'end_offset' is no place"));
  CHECK_THROWS_WITH(learnt("abc", 2, 1), Catch::Contains("ends before it begins"));
  Json odd = message("user", "abc");
  odd["parts"] = 3;
  CHECK_THROWS_WITH(setting.learnt(Json::array({odd}), data), Catch::Contains("no list"));
  setting.chat_template =
      std::make_unique<text::ChatTemplate>("{% for m in messages %}{{ m.content | upper }}{% endfor %}", "", "");
  CHECK_THROWS_WITH(learnt("abc", 0, 1), Catch::Contains("written otherwise by the chat template"));
}

TEST_CASE("what the template hides is refused where it is needed, and nowhere else", "[train]") {
  Setting setting;
  setting.chat_template = std::make_unique<text::ChatTemplate>(
      "{{ messages[0].content[:3] }}{% for m in messages[1:] %}<{{ m.role }}>{{ m.content }}<|im_end|>{% endfor %}"
      "{% if add_generation_prompt %}<assistant>{% endif %}",
      "", "");
  CHECK(setting.learnt({message("system", "system"), message("user", "u"), message("assistant", "a")}) ==
        "a<|im_end|>");
  train::ChatData data;
  data.roles_to_train = {"system"};
  CHECK_THROWS_WITH(setting.learnt({message("system", "system"), message("user", "u")}, data),
                    Catch::Contains("messages[0]") && Catch::Contains("changes its content"));
}

TEST_CASE("without settings the answers are learnt, and nothing else", "[train]") {
  const Setting setting;
  std::mt19937 random(7);
  const std::vector<std::string> words = {"My", " parcel", "\n", "assistant", "<|im_start|>", "user\n", "\u00e9", " "};
  for (int round = 0; round < 200; ++round) {
    Json messages = Json::array();
    for (unsigned i = 0, count = 1 + random() % 7; i < count; ++i) {
      std::string content;
      for (unsigned k = 0, length = random() % 6; k < length; ++k) content += words[random() % words.size()];
      messages.push_back(
          message(std::vector<std::string>{"system", "user", "assistant", "tool"}[random() % 4], content));
    }
    // Between the prompt for an answer and the end of its turn, by the text alone.
    const std::string prompt = "<|im_start|>assistant\n", end = "<|im_end|>";
    std::string text;
    std::vector<std::pair<std::size_t, std::size_t>> answers;
    for (const Json& turn : messages) {
      const std::string role = turn["role"], content = turn["content"];
      const std::size_t begin = text.size();
      text += "<|im_start|>" + role + "\n" + content + end;
      if (role == "assistant") answers.emplace_back(begin + prompt.size(), text.size());
      text += "\n";
    }
    const auto tokens = setting.tokenizer->encode_with_spans(text, false);
    const train::Example made = setting.example(messages);
    REQUIRE(made.tokens.size() == tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const bool inside = std::any_of(answers.begin(), answers.end(), [&](const auto& span) {
        return tokens[i].begin >= span.first && tokens[i].begin < span.second;
      });
      CHECK(static_cast<bool>(made.supervised[i]) == inside);
    }
  }
}
