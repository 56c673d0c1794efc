// Tokenizers trained from files: equal to the reference's, whatever the texts come in, and what bad input says.
#include "train/train_tokenizer.h"

#include <fstream>
#include <map>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"
#include "text/training/text_cut.h"
#include "text/training/word_counter.h"
#include "train/text_pieces.h"

using namespace llmops;

namespace {

const fs::path kTrained = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tokenizers/trained";

class Training {
 public:
  Training() {
    options.output = (scratch_.path() / "out").string();
    options.vocab_size = 300;
  }
  /// A file of these bytes is an input.
  void input(const std::string& name, const std::string& bytes) {
    write_file_atomic(scratch_.path() / name, bytes);
    options.texts.inputs.push_back(scratch_.path() / name);
  }
  train::TrainTokenizerReport run() {
    Progress silent;
    return train::train_tokenizer(options, silent);
  }
  Json made(const char* name = "tokenizer.json") const { return read_json_file(fs::path(options.output) / name); }
  /// The error without the folder, and its hint.
  std::string problem() {
    try {
      run();
    } catch (const Error& error) {
      CHECK_FALSE(fs::exists(options.output));
      std::string text = std::string(error.what()) + "; " + error.hint();
      const std::string folder = scratch_.path().string() + "/";
      for (std::size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
      return text;
    }
    return "no error";
  }

  train::TrainTokenizerOptions options;

 private:
  test::TemporaryDirectory scratch_;
};

std::string lines_of(const std::vector<Json>& records) {
  std::string text;
  for (const Json& record : records) text += dump_json(record) + "\n";
  return text;
}

}  // namespace

TEST_CASE("a trained tokenizer is the reference's", "[train]") {
  for (const Json& golden : read_json_file(kTrained / "cases.json")) {
    Training training;
    train::TrainTokenizerOptions& options = training.options;
    options.texts.inputs = {kTrained / "corpus.txt"};
    options.texts.lines = golden["lines"];
    options.vocab_size = golden["vocab_size"];
    options.min_frequency = golden["min_frequency"];
    options.max_token_length = golden["max_token_length"];
    options.tokenizer.pre_tokenizer = golden["pre_tokenizer"];
    options.tokenizer.normalizer = golden["normalizer"];
    options.tokenizer.special = golden["special"].get<std::vector<std::string>>();
    options.threads = 2;
    const train::TrainTokenizerReport report = training.run();
    Json made = training.made();
    const Json expected = golden["merges"];
    Json merges = Json::array();
    for (const Json& merge : made["model"]["merges"]) {
      merges.push_back(merge[0].get<std::string>() + " " + merge[1].get<std::string>());
    }
    CHECK(merges == expected);
    CHECK(report.merges == expected.size());
    const std::size_t first = 256 + options.tokenizer.special.size();
    CHECK(report.vocab_size == first + golden["learnt"].size());
    std::size_t id = first;
    for (const Json& token : golden["learnt"]) CHECK(made["model"]["vocab"][token.get<std::string>()] == id++);
    made["model"]["merges"] = Json::array();
    made["model"]["vocab"] = Json::object();
    CHECK(made == golden["tokenizer"]);
  }
}

TEST_CASE("what a trained tokenizer encodes comes back", "[train]") {
  for (const std::string& name : train::pre_tokenizer_names()) {
    CAPTURE(name);
    Training training;
    training.options.texts.inputs = {kTrained / "corpus.txt"};
    training.options.vocab_size = 700;
    training.options.tokenizer.pre_tokenizer = name;
    training.options.tokenizer.normalizer = "none";
    training.options.tokenizer.add_bos = name == "llama3";
    training.run();
    const auto tokenizer = text::load_tokenizer(training.options.output);
    const std::string corpus = read_file(kTrained / "corpus.txt");
    for (const std::string& text : {corpus, std::string("\xFF\xFE bytes \x00 of any kind", 22), std::string()}) {
      const auto ids = tokenizer->encode(text, true);
      std::string back;
      for (const text::TokenId id : ids) back += tokenizer->token_bytes(id, /*skip_special=*/true);
      CHECK(back == text);
      CHECK((!ids.empty() && ids[0] == 0) == (name == "llama3"));
    }
  }
}

TEST_CASE("no word reaches over the places where long texts are cut", "[train]") {
  const std::string corpus = read_file(kTrained / "corpus.txt");
  for (const std::string& name : train::pre_tokenizer_names()) {
    CAPTURE(name);
    train::TokenizerOptions options;
    options.pre_tokenizer = name;
    const auto splitter = text::make_word_splitter(train::plan_tokenizer(options).pre_tokenizer, "a test");
    const auto words_in = [&](std::string_view part, std::size_t base) {
      std::vector<text::Word> words;
      splitter.split(part, words);
      std::vector<std::size_t> begins;
      for (const text::Word& word : words) begins.push_back(base + word.range.begin);
      return begins;
    };
    const std::vector<std::size_t> whole = words_in(corpus, 0);
    std::size_t cuts = 0;
    for (std::size_t length = 2; length < corpus.size(); length += 7) {
      while ((static_cast<unsigned char>(corpus[length]) & 0xC0) == 0x80) ++length;
      const std::size_t cut = text::last_text_cut(std::string_view(corpus).substr(0, length));
      if (cut == 0) continue;
      ++cuts;
      std::vector<std::size_t> parts = words_in(std::string_view(corpus).substr(0, cut), 0);
      const std::vector<std::size_t> rest = words_in(std::string_view(corpus).substr(cut), cut);
      parts.insert(parts.end(), rest.begin(), rest.end());
      REQUIRE(parts == whole);
    }
    CHECK(cuts > 100);
  }
}

TEST_CASE("records train as their texts do", "[train]") {
  Training plain;
  plain.input("a.txt", "hello there hello here");
  plain.options.texts.lines = true;
  plain.run();
  const auto same = [&](const std::string& name, const std::string& bytes) {
    Training training;
    training.input(name, bytes);
    const train::TrainTokenizerReport report = training.run();
    CHECK(training.made() == plain.made());
    return report.texts.records;
  };
  CHECK(same("a.jsonl", lines_of({{{"text", "hello there hello here"}}})) == 1);
  CHECK(same("a.jsonl", "\n" + lines_of({{{"prompt", "hello there"}, {"completion", " hello here"}}})) == 1);
  const Json turns = {{{"role", "user"}, {"content", "hello there"}},
                      {{"role", "assistant"}, {"content", {{{"type", "text"}, {"text", " hello here"}}}}}};
  CHECK(same("a.jsonl", lines_of({{{"messages", turns}}})) == 1);
  CHECK(same("a.json", dump_json(Json::array({{{"instruction", "hello there"}, {"output", " hello here"}}}))) == 1);
  CHECK(same("a.json", dump_json(Json::array({{{"text", "hello there"}}, {{"text", " hello here"}}}))) == 2);
  CHECK(same("bom.txt", "\xEF\xBB\xBFhello there hello here") == 0);
}

TEST_CASE("a chat format brings its tokens and template", "[train]") {
  for (const std::string& chat : train::chat_names()) {
    Training training;
    training.input("a.txt", "hello there hello here");
    training.options.tokenizer.chat = chat;
    training.options.tokenizer.special = {"<|tool|>"};
    training.run();
    const auto tokenizer = text::load_tokenizer(training.options.output);
    const auto loaded = text::load_chat_template(training.options.output);
    REQUIRE(loaded != nullptr);
    const Json messages = {{{"role", "user"}, {"content", "hi"}}, {{"role", "assistant"}, {"content", "yes"}}};
    const auto rendered = loaded->render_for_training(messages, nullptr);
    REQUIRE(rendered.assistant_spans.size() == 1);
    const auto [begin, end] = rendered.assistant_spans[0];
    const std::string answer = rendered.text.substr(begin, end - begin);
    const auto ids = tokenizer->encode(answer, false);
    CHECK(answer.find("yes") == 0);
    CHECK(ids.back() == tokenizer->eos_id());
    CHECK(tokenizer->is_special(*tokenizer->token_to_id("<|tool|>")));
    CHECK(training.made("special_tokens_map.json")["additional_special_tokens"].back() == "<|tool|>");
  }
}

TEST_CASE("bad input and settings are told before anything is written", "[train]") {
  const auto problem = [](const std::string& name, const std::string& bytes, auto change) {
    Training training;
    training.input(name, bytes);
    change(training.options);
    return training.problem();
  };
  const auto nothing = [](train::TrainTokenizerOptions&) {};
  CHECK(problem("a.txt",
                "one\ntwo\nthr\xE9"
                "e\n",
                nothing) ==
        "a.txt:3: byte 0xE9 is not UTF-8; convert the file (iconv -f WINDOWS-1252 -t UTF-8), or leave it out");
  CHECK(problem("a.txt", "one\ntwo \xE7\x81", nothing).find("a.txt:2: byte 0xE7 is not UTF-8") == 0);
  CHECK(problem("a.txt", "", nothing) == "the inputs hold no text; give files that are not empty");
  CHECK(problem("a.jsonl", "{\"text\": \"a\"}\n[1]\n", nothing).find("a.jsonl:2: array where a record is expected") ==
        0);
  CHECK(problem("a.jsonl", "{\"text\": \"a\"}\n{\"tex\n", nothing).find("a.jsonl:2:") == 0);
  CHECK(problem("a.jsonl", "{\"body\": \"a\"}\n", nothing).find("a.jsonl:1: keys 'body' fit no known form") == 0);
  CHECK(problem("a.txt", "x", [](auto& options) { options.vocab_size = 100; }) ==
        "a vocabulary of 100 tokens has no room for the 256 bytes and 1 special token; ask for at least 257");
  CHECK(problem("a.txt", "x", [](auto& options) {
          options.texts.inputs.push_back("nowhere.txt");
        }).find("file 'nowhere.txt' does not exist") == 0);
  CHECK(problem("a.txt", "x", [](auto& options) { options.tokenizer.pre_tokenizer = "lama3"; }) ==
        "pre-tokenizer 'lama3' is not known; did you mean 'llama3'?");
  CHECK(problem("a.txt", "x", [](auto& options) { options.tokenizer.chat = "vicuna"; }) ==
        "chat format 'vicuna' is not known; one of chatml, llama3");
  CHECK(problem("a.txt", "x", [](auto& options) { options.tokenizer.special = {"<s>", "<s>"}; }) ==
        "special token '<s>' is given twice; ");
  CHECK(problem("a.txt", "x", [](auto& options) { options.tokenizer.eos = "</s>"; }) ==
        "end token '</s>' is not one of the special tokens; add --special '</s>'");
  Training existing;
  existing.input("a.txt", "hello hello");
  existing.run();
  CHECK_THROWS_AS(existing.run(), UsageError);
}

TEST_CASE("a text in pieces is the text", "[train]") {
  const test::TemporaryDirectory folder;
  const fs::path file = folder.path() / "long.txt";
  std::string text;
  for (int i = 0; text.size() < 3'000'000; ++i) text += "Word number " + std::to_string(i) + " \xE7\x81\xAF\n";
  write_file_atomic(file, text);
  std::string joined;
  std::size_t pieces = 0, largest = 0;
  train::read_text_pieces(file, false, [&](std::string_view piece) {
    joined += piece;
    largest = std::max(largest, piece.size());
    ++pieces;
  });
  CHECK(joined == text);
  CHECK(pieces >= 3);
  CHECK(largest < 1'100'000);
  std::size_t lines = 0;
  train::read_text_pieces(file, true, [&](std::string_view piece) { lines += piece.back() == '\n' ? 1 : 1000000; });
  CHECK(lines == static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
}
