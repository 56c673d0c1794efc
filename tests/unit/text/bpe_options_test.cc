// Every option of a BPE model, against the reference's ids (tests/golden/tokenizers/make_bpe_options.py).
#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "text/encode_batch.h"
#include "text/tokenizer.h"

using namespace llmops;

namespace {

Json golden() { return read_json_file(std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/tokenizers/bpe_options.json"); }

std::vector<text::TokenId> ids_of(const std::vector<text::TokenSpan>& spans) {
  std::vector<text::TokenId> ids;
  for (const auto& span : spans) ids.push_back(span.id);
  return ids;
}

}  // namespace

TEST_CASE("options of a BPE model give the reference's ids", "[text]") {
  const Json file = golden();
  const auto texts = file["texts"].get<std::vector<std::string>>();
  for (const Json& entry : file["tokenizers"]) {
    CAPTURE(entry["name"].get<std::string>());
    const auto tokenizer = text::make_tokenizer(entry["tokenizer"], nullptr, "tokenizer.json");
    for (int round = 0; round < 2; ++round) {  // the second time from the cache of words
      for (std::size_t i = 0; i < texts.size(); ++i) {
        CAPTURE(texts[i], round);
        if (entry["ids"][i].is_null()) {
          CHECK_THROWS_WITH(tokenizer->encode(texts[i], false),
                            Catch::Contains("tokenizer.json: unk_token '<unk>' is not in the vocabulary"));
          continue;
        }
        const auto expected = entry["ids"][i].get<std::vector<text::TokenId>>();
        CHECK(tokenizer->encode(texts[i], false) == expected);
        const auto spans = tokenizer->encode_with_spans(texts[i], false);
        CHECK(ids_of(spans) == expected);
        std::size_t at = 0;
        for (const auto& span : spans) {
          CHECK((span.begin >= at && span.end >= span.begin && span.end <= texts[i].size()));
          at = span.begin;
        }
      }
    }
  }
}

TEST_CASE("merges whose halves do not fit the prefix are named", "[text]") {
  Json tokenizer = golden()["tokenizers"][0]["tokenizer"];
  tokenizer["model"]["continuing_subword_prefix"] = "####";
  CHECK_THROWS_WITH(text::make_tokenizer(tokenizer, nullptr, "t.json"),
                    "t.json: model.merges[0] ('a' + 'b') lacks the continuing_subword_prefix '####'");
  tokenizer["model"]["continuing_subword_prefix"] = 5;
  CHECK_THROWS_WITH(text::make_tokenizer(tokenizer, nullptr, "t.json"),
                    Catch::Contains("'continuing_subword_prefix' has the wrong type"));
}

TEST_CASE("texts are encoded the same on any number of threads", "[text]") {
  const auto tokenizer =
      text::load_tokenizer(std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/tokenizers/byte_level/tokenizer.json");
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) {
    texts.push_back("The printer prints " + std::to_string(i * i) + " pages of ticket " + std::to_string(i % 977));
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const auto alone = text::encode_batch(*tokenizer, views, true, 1);
  CHECK(text::encode_batch(*tokenizer, views, true, 3) == alone);
  REQUIRE(alone.size() == texts.size());
  CHECK(alone[77] == tokenizer->encode(texts[77], true));
  CHECK(text::encode_batch(*tokenizer, {}, true, 0).empty());
}

TEST_CASE("the first text that fails is the one whose error is shown", "[text]") {
  const Json file = golden();
  for (const Json& entry : file["tokenizers"]) {
    if (entry["name"] != "unk that is missing") continue;
    const auto tokenizer = text::make_tokenizer(entry["tokenizer"], nullptr, "t.json");
    std::vector<std::string> texts(3000, std::string(100, 'a'));
    texts[1000] = "x";
    texts[2500] = "y";
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    CHECK_THROWS_WITH(text::encode_batch(*tokenizer, views, true, 2), Catch::Contains("and 'x' is unknown"));
  }
}
