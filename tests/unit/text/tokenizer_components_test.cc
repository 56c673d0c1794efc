// Every component of tokenizer.json, and SentencePiece's options, against the reference libraries' own ids, text and
// offsets (tests/golden/tokenizers/make_components.py).
#include <filesystem>

#include "core/error.h"
#include "core/json.h"
#include "support/catch.h"
#include "text/base64.h"
#include "text/spm/sentencepiece_tokenizer.h"
#include "text/tokenizer.h"

using namespace llmops;

namespace {

namespace fs = std::filesystem;
const fs::path kComponents = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tokenizers/components";

using Ids = std::vector<text::TokenId>;
using Spans = std::vector<std::pair<std::size_t, std::size_t>>;

std::unique_ptr<text::Tokenizer> load(const Json& golden, const std::string& name) {
  if (golden.contains("tokenizer")) return text::make_tokenizer(golden["tokenizer"], nullptr, name);
  auto data = text::parse_sentencepiece(text::decode_base64(golden["model"].get<std::string>(), name), name);
  return text::make_sentencepiece_tokenizer(std::move(data), {}, name);
}

void check_case(const text::Tokenizer& tokenizer, const Json& golden, const std::string& input) {
  const auto spans = tokenizer.encode_with_spans(input, false);
  const auto ids = golden["ids"].get<Ids>();
  CHECK(tokenizer.encode(input, false) == ids);
  if (golden.contains("with_special")) CHECK(tokenizer.encode(input, true) == golden["with_special"].get<Ids>());
  CHECK(tokenizer.decode(ids, false) == golden["decoded"].get<std::string>());
  for (const auto& span : spans) {
    CHECK(span.begin <= span.end);
    CHECK(span.end <= input.size());
  }
  if (!golden.contains("spans")) return;
  Spans found;
  for (const auto& span : spans) found.emplace_back(span.begin, span.end);
  CHECK(found == golden["spans"].get<Spans>());
}

}  // namespace

TEST_CASE("every component gives the reference's ids, text and offsets", "[text]") {
  const auto texts = read_json_file(kComponents / "texts.json").get<std::vector<std::string>>();
  int files = 0;
  for (const auto& entry : fs::directory_iterator(kComponents)) {
    const std::string name = entry.path().stem().string();
    if (name == "texts") continue;
    const Json golden = read_json_file(entry.path());
    const auto tokenizer = load(golden, name);
    REQUIRE(golden["cases"].size() == texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CAPTURE(name, texts[i]);
      check_case(*tokenizer, golden["cases"][i], texts[i]);
    }
    ++files;
  }
  CHECK(files > 50);
}

TEST_CASE("a long run of one character takes no quadratic time in any model", "[text]") {
  for (const char* name : {"model_word_piece", "model_unigram", "model_unigram_bytes", "spm_unigram_extra_spaces",
                           "spm_bpe_user_defined", "spm_character", "added_tokens", "normalizer_precompiled"}) {
    const auto tokenizer = load(read_json_file(kComponents / (std::string(name) + ".json")), name);
    CAPTURE(name);
    for (const std::string character : {" ", "a", "\u6771", "\xFF"}) {
      std::string input;
      for (int i = 0; i < 100'000; ++i) input += character;
      const auto ids = tokenizer->encode(input, false);
      CHECK_NOTHROW(tokenizer->decode(ids, false));
    }
  }
}
