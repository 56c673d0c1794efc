// Tokenizers against the reference libraries' own ids (tests/golden/tokenizers/make.py), spans, streams, round trips.
#include "text/tokenizer.h"

#include <algorithm>
#include <random>

#include "core/error.h"
#include "core/json.h"
#include "support/catch.h"

using namespace llmops;

namespace {

const std::string kGolden = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/tokenizers/";

std::vector<text::TokenId> ids_of(const Json& list) { return list.get<std::vector<text::TokenId>>(); }

// In order, within the text, never empty but for what is not in the text.
void check_spans(const std::vector<text::TokenSpan>& spans, std::size_t size) {
  std::size_t at = 0;
  for (const auto& span : spans) {
    CHECK(span.begin >= at);
    CHECK(span.end >= span.begin);
    CHECK(span.end <= size);
    at = span.begin;
  }
}

std::string stream(const text::Tokenizer& tokenizer, const std::vector<text::TokenId>& ids) {
  text::StreamDecoder decoder(tokenizer);
  std::string out;
  for (const auto id : ids) out += decoder.push(id);
  return out + decoder.finish();
}

}  // namespace

TEST_CASE("tokenizer.json gives the reference's ids, spans and text", "[text]") {
  for (const std::string name : {"byte_level", "split_nfc", "byte_fallback"}) {
    const auto tokenizer = text::load_tokenizer(kGolden + name);
    for (const Json& golden : read_json_file(kGolden + name + "/cases.json")) {
      const auto input = golden["text"].get<std::string>();
      CAPTURE(name, input);
      const auto spans = tokenizer->encode_with_spans(input, false);
      CHECK(tokenizer->encode(input, false) == ids_of(golden["ids"]));
      CHECK(tokenizer->encode(input, true) == ids_of(golden["with_special"]));
      check_spans(spans, input.size());
      const auto ids = ids_of(golden["ids"]);
      CHECK(tokenizer->decode(ids, false) == golden["decoded"].get<std::string>());
      CHECK(stream(*tokenizer, ids) == tokenizer->decode(ids, true));
      if (name == "byte_fallback") continue;  // the reference gives byte tokens no spans of their own
      const auto expected = golden["spans"].get<std::vector<std::pair<std::size_t, std::size_t>>>();
      REQUIRE(spans.size() == expected.size());
      for (std::size_t i = 0; i < spans.size(); ++i) {
        // The reference rounds outwards to characters, and names one half of a character that normalization composed.
        CHECK(spans[i].begin <= expected[i].second);
        CHECK(spans[i].end >= expected[i].first);
        if (name == "byte_level") {
          CHECK(spans[i].begin >= expected[i].first);
          CHECK(spans[i].end <= expected[i].second);
        }
      }
    }
  }
}

TEST_CASE("spans cut the text into the very bytes of the tokens", "[text]") {
  const auto tokenizer = text::load_tokenizer(kGolden + "byte_level");
  for (const Json& golden : read_json_file(kGolden + "byte_level/cases.json")) {
    const auto input = golden["text"].get<std::string>();
    CAPTURE(input);
    std::size_t at = 0;
    for (const auto& span : tokenizer->encode_with_spans(input, false)) {
      CHECK(span.begin == at);
      at = span.end;
      if (input.find("<mask>") != std::string::npos) continue;  // it takes the spaces around it
      CHECK(tokenizer->token_bytes(span.id, false) == input.substr(span.begin, span.end - span.begin));
    }
    CHECK(at == input.size());
  }
}

TEST_CASE("byte-level BPE gives any bytes back", "[text]") {
  const auto tokenizer = text::load_tokenizer(kGolden + "byte_level");
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes(random() % 80, '\0');
    for (char& c : bytes)
      c = static_cast<char>(round % 3 == 0 ? random() : round % 3 == 1 ? ' ' + random() % 95 : " \n'aé1"[random() % 7]);
    std::string back;
    std::size_t at = 0;
    for (const auto& span : tokenizer->encode_with_spans(bytes, false)) {
      back += tokenizer->token_bytes(span.id, false);
      REQUIRE(span.begin == at);
      at = span.end;
    }
    REQUIRE(back == bytes);
  }
}

TEST_CASE("long words take no quadratic time", "[text]") {
  const auto tokenizer = text::load_tokenizer(kGolden + "byte_level");
  const std::string word(1'000'000, 'e');
  CHECK(tokenizer->decode(tokenizer->encode(word, false), false) == word);
  const auto characters = text::load_tokenizer(kGolden + "byte_fallback");
  CHECK(characters->decode(characters->encode(word, false), false) == word);
}

TEST_CASE("SentencePiece models give the reference's ids and text", "[text]") {
  for (const std::string name : {"sentencepiece_bpe", "sentencepiece_unigram"}) {
    const auto tokenizer = text::load_tokenizer(kGolden + name);
    CHECK(tokenizer->bos_id() == 1);
    CHECK(tokenizer->eos_id() == 2);
    for (const Json& golden : read_json_file(kGolden + name + "/cases.json")) {
      const auto input = golden["text"].get<std::string>();
      CAPTURE(name, input);
      const auto spans = tokenizer->encode_with_spans(input, false);
      CHECK(tokenizer->encode(input, false) == ids_of(golden["ids"]));
      check_spans(spans, input.size());
      CHECK(tokenizer->decode(ids_of(golden["ids"]), false) == golden["decoded"].get<std::string>());
      CHECK(stream(*tokenizer, ids_of(golden["ids"])) == golden["decoded"].get<std::string>());
    }
    const auto with_special = tokenizer->encode("<s>a</s>b", true);
    CHECK(with_special.front() == 1);
    CHECK(std::count(with_special.begin(), with_special.end(), 1) == 2);
    CHECK(std::count(with_special.begin(), with_special.end(), 2) == 1);
  }
}

TEST_CASE("ids outside of the vocabulary are errors", "[text]") {
  for (const std::string name : {"byte_level", "sentencepiece_bpe"}) {
    const auto tokenizer = text::load_tokenizer(kGolden + name);
    for (const text::TokenId id : {-1, tokenizer->vocab_size(), INT32_MAX, INT32_MIN}) {
      CHECK_THROWS_AS(tokenizer->token_bytes(id, false), InputError);
      CHECK_THROWS_AS(tokenizer->decode(std::vector<text::TokenId>{id}, false), InputError);
      CHECK_THROWS_AS(tokenizer->id_to_token(id), InputError);
      CHECK_THROWS_AS(tokenizer->is_special(id), InputError);
    }
  }
}

TEST_CASE("special tokens are found, kept apart and left out", "[text]") {
  const auto tokenizer = text::load_tokenizer(kGolden + "byte_level");
  const auto end = tokenizer->token_to_id("<|im_end|>");
  REQUIRE(end.has_value());
  CHECK(tokenizer->eos_id() == end);
  CHECK_FALSE(tokenizer->bos_id().has_value());
  CHECK(tokenizer->is_special(*end));
  const auto ids = tokenizer->encode("Hi<|im_end|>", false);
  CHECK(ids.back() == *end);
  CHECK(tokenizer->decode(ids, true) == "Hi");
  CHECK(tokenizer->decode(ids, false) == "Hi<|im_end|>");
  CHECK(text::load_tokenizer(kGolden + "split_nfc")->bos_id().has_value());
}

TEST_CASE("a stream never cuts a character", "[text]") {
  const auto tokenizer = text::load_tokenizer(kGolden + "byte_level");
  text::StreamDecoder decoder(*tokenizer);
  const auto ids = tokenizer->encode("\xF0\x9F\x99\x82", false);  // no merge of the training text covers all of it
  std::string text;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string part = decoder.push(ids[i]);
    if (i + 1 < ids.size()) CHECK(part.empty());
    text += part;
  }
  CHECK(text == "\xF0\x9F\x99\x82");
  const auto partial = tokenizer->encode("\xE6\x9D", false);
  for (const auto id : partial) CHECK(decoder.push(id).empty());
  CHECK(decoder.finish() == "\uFFFD");
}

TEST_CASE("equal tokenizers have equal fingerprints", "[text]") {
  const Json json = read_json_file(kGolden + "byte_level/tokenizer.json");
  const Json config = read_json_file(kGolden + "byte_level/tokenizer_config.json");
  const auto from_file = text::load_tokenizer(kGolden + "byte_level");
  const auto from_json = text::make_tokenizer(json, config, "memory");
  CHECK(from_file->fingerprint() == from_json->fingerprint());
  CHECK(from_file->fingerprint().size() == 64);
  Json other = json;
  other["pre_tokenizer"]["pretokenizers"][0]["individual_digits"] = false;
  CHECK(text::make_tokenizer(other, config, "memory")->fingerprint() != from_file->fingerprint());
  CHECK(text::load_tokenizer(kGolden + "sentencepiece_bpe")->fingerprint() !=
        text::load_tokenizer(kGolden + "sentencepiece_unigram")->fingerprint());
}
