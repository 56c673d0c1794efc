// Tokenizers from GGUF metadata alone: each kind of vocabulary, and what is wrong with broken ones.
#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "model/gguf_checkpoint.h"
#include "model/gguf_types.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "text/spm/sentencepiece_data.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

const std::string kGolden = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/tokenizers/";
using Keys = std::vector<GgufKey>;

template <typename T>
GgufKey array(const std::string& name, GgufType type, const std::vector<T>& values) {
  auto list = std::make_shared<GgufArray>();
  list->type = static_cast<std::uint32_t>(type);
  list->values.assign(values.begin(), values.end());
  return {name, std::shared_ptr<const GgufArray>(std::move(list))};
}

struct Vocabulary {
  std::vector<std::string> tokens;
  std::vector<float> scores;
  std::vector<std::int32_t> kinds;

  void add(const std::string& token, float score = 0, int kind = 1) {
    tokens.push_back(token);
    scores.push_back(score);
    kinds.push_back(kind);
  }
  Keys keys(const std::string& model) const {
    return {{"tokenizer.ggml.model", model},
            array("tokenizer.ggml.tokens", GgufType::kString, tokens),
            array("tokenizer.ggml.scores", GgufType::kF32, scores),
            array("tokenizer.ggml.token_type", GgufType::kI32, kinds)};
  }
};

Vocabulary vocabulary_of(const std::string& name) {
  const std::string path = kGolden + name + "/tokenizer.model";
  Vocabulary vocabulary;
  for (const auto& piece : text::parse_sentencepiece(read_file(path), path).pieces) {
    vocabulary.add(piece.text, piece.score, static_cast<int>(piece.kind));
  }
  return vocabulary;
}

class Files {
 public:
  Gguf open(const Keys& keys) {
    const fs::path path = folder_.path() / "v.gguf";
    write_gguf(path, keys, {});
    return Gguf::open(path);
  }
  std::string error(const Keys& keys) {
    try {
      load_gguf_tokenizer(open(keys));
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  }

 private:
  test::TemporaryDirectory folder_;
};

Keys with(Keys keys, const GgufKey& changed) {
  for (GgufKey& key : keys) {
    if (key.name == changed.name) {
      key = changed;
      return keys;
    }
  }
  keys.push_back(changed);
  return keys;
}

}  // namespace

TEST_CASE("SentencePiece vocabularies give the library's ids, from pieces and as tokenizer.json", "[model]") {
  Files files;
  for (const auto& [name, kind] : {std::pair{"sentencepiece_bpe", "llama"}, std::pair{"sentencepiece_unigram", "t5"}}) {
    Keys keys = vocabulary_of(name).keys(kind);
    keys.push_back({"tokenizer.ggml.unknown_token_id", std::uint32_t{0}});
    keys.push_back({"tokenizer.ggml.eos_token_id", std::uint32_t{2}});
    const Gguf gguf = files.open(keys);
    const auto tokenizer = load_gguf_tokenizer(gguf);
    const auto written = text::make_tokenizer(gguf_tokenizer_json(gguf), gguf_tokenizer_config_json(gguf), "written");
    for (const Json& golden : read_json_file(kGolden + name + "/cases.json")) {
      const auto input = golden["text"].get<std::string>();
      CAPTURE(name, input);
      const auto ids = golden["ids"].get<std::vector<text::TokenId>>();
      CHECK(tokenizer->encode(input, false) == ids);
      CHECK(tokenizer->decode(ids, false) == golden["decoded"].get<std::string>());
      if (std::string_view(kind) == "llama") CHECK(written->encode(input, false) == ids);
    }
    const auto around = tokenizer->encode("a", true);
    CHECK((around.front() == 1) == (std::string_view(kind) == "llama"));
    CHECK((around.back() == 2) == (std::string_view(kind) == "t5"));
  }
}

TEST_CASE("WordPiece vocabularies put words together from their pieces", "[model]") {
  Vocabulary vocabulary;
  for (const char* special : {"[UNK]", "[CLS]", "[SEP]"}) vocabulary.add(special, 0, 3);
  for (const char* piece : {"\u2581play", "ing", "ed", "\u2581the", "\u2581,", "\u2581e"}) vocabulary.add(piece);
  Keys keys = vocabulary.keys("bert");
  keys.push_back({"tokenizer.ggml.unknown_token_id", std::uint32_t{0}});
  keys.push_back({"tokenizer.ggml.cls_token_id", std::uint32_t{1}});
  keys.push_back({"tokenizer.ggml.seperator_token_id", std::uint32_t{2}});
  Files files;
  const auto tokenizer = load_gguf_tokenizer(files.open(keys));
  CHECK(tokenizer->encode("The playing, played É xyz", true) ==
        std::vector<text::TokenId>{1, 6, 3, 4, 7, 3, 5, 8, 0, 2});
  CHECK(tokenizer->decode(std::vector<text::TokenId>{6, 3, 4, 7}, true) == "the playing,");
}

TEST_CASE("user-defined tokens of a SentencePiece vocabulary are looked for in the text as it is", "[model]") {
  Vocabulary vocabulary = vocabulary_of("sentencepiece_bpe");
  vocabulary.add("<tool>", 0, 4);
  vocabulary.add("  ", 0, 4);
  Keys keys = vocabulary.keys("llama");
  keys.push_back({"tokenizer.ggml.add_space_prefix", false});
  Files files;
  const auto tokenizer = load_gguf_tokenizer(files.open(keys));
  const auto size = static_cast<text::TokenId>(vocabulary.tokens.size());
  const auto ids = tokenizer->encode("<tool>  <tool>", false);
  CHECK(ids == std::vector<text::TokenId>{size - 2, size - 1, size - 2});
  CHECK(tokenizer->decode(ids, true) == "<tool>  <tool>");
}

TEST_CASE("vocabularies that do not hold together name the file and the key", "[model]") {
  Files files;
  const Vocabulary good = vocabulary_of("sentencepiece_bpe");
  const Keys keys = good.keys("llama");
  CHECK_THAT(files.error(with(keys, {"tokenizer.ggml.model", std::string("lama")})),
             Contains("'tokenizer.ggml.model' is 'lama', which is not supported"));
  CHECK_THAT(files.error(with(keys, array("tokenizer.ggml.scores", GgufType::kF32, std::vector<float>{1}))),
             Contains("tokenizer.ggml.scores has 1 scores for"));
  CHECK_THAT(files.error(with(keys, array("tokenizer.ggml.token_type", GgufType::kI32, std::vector<std::int32_t>{1}))),
             Contains("1 token types for"));
  CHECK_THAT(files.error(with(keys, {"tokenizer.ggml.bos_token_id", std::uint32_t{1U << 31}})),
             Contains("outside the vocabulary"));
  Vocabulary nan = good;
  nan.scores[5] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THAT(files.error(nan.keys("llama")), Contains("the score of piece 5"));
  Vocabulary twice = good;
  twice.tokens[300] = twice.tokens[301];
  CHECK_THAT(files.error(twice.keys("t5")), Contains("pieces 300 and 301 are both"));
  const std::vector<std::int64_t> charsmap = {16, 0, 0, 0, 1, 2, 3};
  CHECK_THAT(files.error(with(keys, array("tokenizer.ggml.precompiled_charsmap", GgufType::kI64, charsmap))),
             Contains("precompiled_charsmap has a trie of 16 bytes in 3"));
  CHECK_THAT(files.error({{"tokenizer.ggml.model", std::string("gpt2")},
                          {"tokenizer.ggml.pre", std::string("llama-bpee")},
                          array("tokenizer.ggml.tokens", GgufType::kString, std::vector<std::string>{"a"}),
                          array("tokenizer.ggml.merges", GgufType::kString, std::vector<std::string>{})}),
             Contains("'tokenizer.ggml.pre' is 'llama-bpee', which is not supported"));
}

TEST_CASE("each way to cut text gives llama.cpp's ids", "[model]") {
  const std::string path = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/gguf/pre_tokenizers.json";
  const Json golden = read_json_file(path);
  const auto strings = [](const Json& list) { return list.get<std::vector<std::string>>(); };
  Files files;
  for (const auto& [name, lists] : golden["ids"].items()) {
    const auto tokenizer =
        load_gguf_tokenizer(files.open({{"tokenizer.ggml.model", std::string("gpt2")},
                                        {"tokenizer.ggml.pre", name},
                                        array("tokenizer.ggml.tokens", GgufType::kString, strings(golden["tokens"])),
                                        array("tokenizer.ggml.merges", GgufType::kString, strings(golden["merges"]))}));
    for (std::size_t i = 0; i < lists.size(); ++i) {
      const auto input = golden["texts"][i].get<std::string>();
      CAPTURE(name, input);
      CHECK(tokenizer->encode(input, false) == lists[i].get<std::vector<text::TokenId>>());
    }
  }
}
