// Tokenizer files made to break a reader: each error is typed and names the file and the key; none crashes.
#include <random>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "text/base64.h"
#include "text/spm/sentencepiece_tokenizer.h"
#include "text/tokenizer.h"

using namespace llmops;
using Catch::Contains;

namespace {

const std::string kGolden = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/tokenizers/";

Json component(const std::string& name) {
  return read_json_file(kGolden + "components/" + name + ".json")["tokenizer"];
}

// Loads, and encodes and decodes if that works.
std::string error_of(const Json& json) {
  try {
    const auto tokenizer = text::make_tokenizer(json, nullptr, "t.json");
    tokenizer->decode(tokenizer->encode("a \u6771 \xFF b", true), false);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

Json with(Json json, const std::string& pointer, const Json& value) {
  json[Json::json_pointer(pointer)] = value;
  return json;
}

std::string error_of_model(const std::string& bytes) {
  try {
    const auto tokenizer =
        text::make_sentencepiece_tokenizer(text::parse_sentencepiece(bytes, "t.model"), {}, "t.model");
    tokenizer->decode(tokenizer->encode("a \u6771 \xFF <s> b", true), false);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

std::string field(int number, const std::string& bytes) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
}
// A piece of a SentencePiece model. @param score  four bytes
std::string piece(const std::string& text, int kind, const std::string& score = std::string(4, '\0')) {
  return field(1, field(1, text) + '\x15' + score + '\x18' + static_cast<char>(kind));
}
std::string with_size(std::uint32_t trie, const std::string& rest) {
  return std::string(reinterpret_cast<const char*>(&trie), 4) + rest;
}

}  // namespace

TEST_CASE("unknown components name the key and the nearest that is known", "[text]") {
  const Json json = component("model_word_piece");
  for (const auto& [key, wrong, near] :
       {std::tuple{"normalizer", "BertNormaliser", "BertNormalizer"},
        std::tuple{"pre_tokenizer", "Metaspac", "Metaspace"}, std::tuple{"decoder", "WordPeice", "WordPiece"},
        std::tuple{"post_processor", "TemplateProcesing", "TemplateProcessing"},
        std::tuple{"model", "Ungram", "Unigram"}}) {
    Json changed = json;
    changed[key]["type"] = wrong;
    try {
      text::make_tokenizer(changed, nullptr, "t.json");
      FAIL("no error for " << wrong);
    } catch (const InputError& error) {
      CHECK_THAT(error.what(), Contains(key) && Contains(wrong));
      CHECK_THAT(error.hint(), Contains(near));
    }
  }
}

TEST_CASE("wrong Unigram, WordPiece and rule fields are named", "[text]") {
  const Json unigram = component("model_unigram");
  CHECK_THAT(error_of(with(unigram, "/model/vocab", Json::array())), Contains("'vocab' is missing or empty"));
  CHECK_THAT(error_of(with(unigram, "/model/vocab/5", Json::array({"x"}))), Contains("model.vocab[5] is not"));
  CHECK_THAT(error_of(with(unigram, "/model/vocab/5/1", "x")), Contains("model.vocab[5] is not"));
  CHECK_THAT(error_of(with(unigram, "/model/vocab/5/0", unigram["model"]["vocab"][6][0])), Contains("is there twice"));
  CHECK_THAT(error_of(with(unigram, "/model/unk_id", 100000)), Contains("unk_id 100000 is outside"));
  CHECK_THAT(error_of(with(unigram, "/model/unk_id", nullptr)), Contains("which has no unk_id"));
  const Json word_piece = component("model_word_piece");
  CHECK_THAT(error_of(with(word_piece, "/model/max_input_chars_per_word", -1)), Contains("is -1"));
  CHECK_THAT(error_of(with(word_piece, "/post_processor/sep/1", 99999)), Contains("post_processor"));
  CHECK_THAT(error_of(with(component("fixed_length"), "/pre_tokenizer/length", 0)), Contains("'length' is 0"));
  CHECK_THAT(error_of(with(component("metaspace_first"), "/pre_tokenizer/prepend_scheme", "last")),
             Contains("'prepend_scheme' is 'last'"));
  CHECK_THAT(error_of(with(component("whitespace"), "/model/unk_token", "[none]")), Contains("has no unk_token"));
}

TEST_CASE("rules that nest without end are refused", "[text]") {
  for (const auto& [key, list] : {std::pair{"normalizer", "normalizers"}, std::pair{"pre_tokenizer", "pretokenizers"},
                                  std::pair{"decoder", "decoders"}, std::pair{"post_processor", "processors"}}) {
    Json rule = {{"type", "Sequence"}, {list, Json::array()}};
    for (int i = 0; i < 150; ++i) rule = {{"type", "Sequence"}, {list, Json::array({rule})}};
    CHECK_THAT(error_of(with(component("model_word_piece"), std::string("/") + key, rule)), Contains("nested rules"));
  }
}

TEST_CASE("a charsmap that leads astray is refused", "[text]") {
  const auto error = [](const std::string& blob) {
    const Json rule = {{"type", "Precompiled"}, {"precompiled_charsmap", text::encode_base64(blob)}};
    return error_of(with(component("whitespace_split"), "/normalizer", rule));
  };
  CHECK_THAT(error("ab"), Contains("cut short"));
  CHECK_THAT(error(with_size(4'000'000'000U, "abcdefgh")), Contains("has a trie of 4000000000 bytes in 8"));
  CHECK_THAT(error(with_size(4, "abcdx")), Contains("does not end with NUL"));
  CHECK_THAT(error_of(with(component("whitespace_split"), "/normalizer",
                           Json{{"type", "Precompiled"}, {"precompiled_charsmap", "!"}})),
             Contains("not base64"));
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {  // units that are anything at all
    std::string blob(1024, '\0');
    for (char& c : blob) c = static_cast<char>(random());
    error(with_size(1000, blob + '\0'));
  }
}

TEST_CASE("a SentencePiece model that is wrong says where", "[text]") {
  const std::string good = piece("<unk>", 2) + piece("a", 1);
  CHECK(error_of_model(good) == "no error");
  CHECK_THAT(error_of_model(""), Contains("it has no pieces"));
  CHECK_THAT(error_of_model(piece("a", 1)), Contains("no piece is of type unknown"));
  CHECK_THAT(error_of_model(good + piece("a", 1)), Contains("pieces 1 and 2 are both 'a'"));
  CHECK_THAT(error_of_model(good + piece("", 1)), Contains("piece 2 is empty"));
  CHECK_THAT(error_of_model(good + piece("u", 2)), Contains("pieces 0 and 2 are both of type unknown"));
  CHECK_THAT(error_of_model(good + piece("n", 1, std::string("\x00\x00\xC0\x7F", 4))),
             Contains("the score of piece 2"));
  CHECK_THAT(error_of_model(good + piece("b", 9)), Contains("piece type 9 is not known"));
  CHECK_THAT(error_of_model(good + "\x0A\x7F"), Contains("a field of 127 bytes does not fit"));
  CHECK_THAT(error_of_model(good + "\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"), Contains("does not fit"));
  CHECK_THAT(error_of_model(good + field(2, std::string("\x98\x02\x01", 3))),
             Contains("byte_fallback with 0 byte pieces"));
  CHECK_THAT(error_of_model(good + field(3, field(2, "abcdefgh"))), Contains("precompiled_charsmap has a trie"));
}

TEST_CASE("mangled files of every model end with a typed error or a tokenizer", "[text]") {
  std::mt19937 random(17);
  for (const char* name : {"model_unigram", "model_word_piece", "added_tokens", "normalizer_precompiled"}) {
    const std::string whole = dump_json(component(name));
    for (int round = 0; round < 60; ++round) {
      std::string mangled = whole;
      for (int i = 0; i < 4; ++i) mangled[random() % mangled.size()] = static_cast<char>(random());
      try {
        error_of(parse_json(mangled, "t.json"));
      } catch (const Error&) {  // the typed kind
      }
    }
  }
  for (const char* name : {"spm_charsmap", "spm_bpe_user_defined", "spm_unigram_no_prefix", "spm_word"}) {
    const Json golden = read_json_file(kGolden + "components/" + name + ".json");
    const std::string whole = text::decode_base64(golden["model"].get<std::string>(), name);
    for (int round = 0; round < 200; ++round) {
      std::string mangled = whole;
      for (int i = 0; i < 4; ++i) mangled[random() % mangled.size()] = static_cast<char>(random());
      error_of_model(mangled);
      error_of_model(whole.substr(0, random() % whole.size()));
    }
  }
}
