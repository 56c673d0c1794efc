// Tokenizer files that are wrong: each error names the file and what is wrong with it; none crashes.
#include <filesystem>
#include <random>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "text/tokenizer.h"

using namespace llmops;

namespace {

const std::string kGolden = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/tokenizers/";

Json small() {
  return Json::parse(R"({"added_tokens": [], "normalizer": null,
    "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
    "post_processor": null, "decoder": {"type": "ByteLevel"},
    "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}})");
}

void make(const Json& json, const Json& config = nullptr) { text::make_tokenizer(json, config, "t.json"); }

class Folder {
 public:
  Folder()
      : path(std::filesystem::temp_directory_path() / ("llmops-tokenizer-" + std::to_string(std::random_device()()))) {
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("a small tokenizer.json loads, from memory and from disk", "[text]") {
  const auto tokenizer = text::make_tokenizer(small(), nullptr, "t.json");
  CHECK(tokenizer->encode("abba", false) == std::vector<text::TokenId>{2, 1, 0});
  Json pairs = small();
  pairs["model"]["merges"] = Json::parse(R"([["a", "b"]])");
  const Folder folder;
  write_file_atomic(folder.path / "tokenizer.json", dump_json(pairs));
  CHECK(text::load_tokenizer(folder.path)->fingerprint() == tokenizer->fingerprint());
  CHECK(text::load_tokenizer(folder.path / "tokenizer.json")->encode("ab", false) == std::vector<text::TokenId>{2});
}

TEST_CASE("wrong tokenizer.json files are named with their fault", "[text]") {
  const auto with = [](const std::string& pointer, const Json& value) {
    Json json = small();
    json[Json::json_pointer(pointer)] = value;
    return json;
  };
  CHECK_THROWS_WITH(make(3), "t.json: not a JSON object");
  CHECK_THROWS_WITH(make(Json::object()), "t.json: 'model' is missing");
  CHECK_THROWS_WITH(make(with("/model/vocab", Json::object())), "t.json: 'model.vocab' is missing or empty");
  CHECK_THROWS_WITH(make(with("/model/vocab/ab", 1)), "t.json: tokens 'b' and 'ab' both have id 1");
  CHECK_THROWS_WITH(make(with("/model/vocab/ab", "x")), "t.json: the id of token 'ab' is not an integer");
  CHECK_THROWS_WITH(make(with("/model/vocab/ab", -1)), "t.json: token 'ab' has id -1, expected 0 to 4194303");
  CHECK_THROWS_WITH(make(with("/model/vocab/ab", 99999999)), Catch::Contains("has id 99999999, expected 0 to 4194303"));
  CHECK_THROWS_WITH(make(with("/model/merges/0", "a c")),
                    "t.json: model.merges[0] ('a' + 'c') needs token 'c', which is not in the vocabulary");
  CHECK_THROWS_WITH(make(with("/model/merges/0", "a b c")), Catch::Contains("model.merges[0] is 'a b c'"));
  CHECK_THROWS_WITH(make(with("/model/merges/0", 5)), Catch::Contains("model.merges[0] is neither"));
  CHECK_THROWS_WITH(make(with("/model/type", "Unigrm")), "t.json: model type 'Unigrm' is not supported");
  CHECK_THROWS_WITH(make(with("/pre_tokenizer", Json{{"type", "Odd"}})),
                    "t.json: pre_tokenizer type 'Odd' is not supported");
  CHECK_THROWS_WITH(make(with("/normalizer", Json{{"type", "Odd"}})), "t.json: normalizer type 'Odd' is not supported");
  CHECK_THROWS_WITH(make(with("/decoder", Json{{"type", "Odd"}})), "t.json: decoder type 'Odd' is not supported");
  CHECK_THROWS_WITH(make(with("/post_processor", Json{{"type", "Odd"}})),
                    "t.json: post_processor type 'Odd' is not supported");
  CHECK_THROWS_WITH(make(with("/added_tokens", Json::parse(R"([{"content": "x", "id": 1}])"))),
                    "t.json: tokens 'b' and 'x' both have id 1");
  CHECK_THROWS_WITH(make(with("/added_tokens", Json::parse(R"([{"content": "x"}])"))),
                    "t.json: added_tokens[0]: 'id' is missing");
  CHECK_THROWS_WITH(make(with("/pre_tokenizer",
                              Json::parse(R"({"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Isolated"})"))),
                    Catch::Contains("pattern '(a' does not compile"));
  CHECK_THROWS_WITH(make(small(), {{"eos_token", "<end>"}}),
                    Catch::Contains("eos_token '<end>' is not in the vocabulary"));
  CHECK_THROWS_WITH(make(small(), {{"eos_token", 5}}), Catch::Contains("'eos_token' has the wrong type"));
}

TEST_CASE("missing, empty, cut and mangled files end with a typed error", "[text]") {
  const Folder folder;
  CHECK_THROWS_AS(text::load_tokenizer(folder.path / "none"), NotFoundError);
  CHECK_THROWS_AS(text::load_tokenizer(folder.path), NotFoundError);
  const auto try_bytes = [&](const char* name, const std::string& bytes) {
    write_file_atomic(folder.path / name, bytes);
    try {
      const auto tokenizer = text::load_tokenizer(folder.path / name);
      tokenizer->decode(tokenizer->encode("Hello, wörld <s>", true), false);
    } catch (const Error&) {  // the typed kind
    }
  };
  std::mt19937 random(11);
  for (const auto& [name, source] : {std::pair{"tokenizer.json", "byte_level/tokenizer.json"},
                                     std::pair{"tokenizer.model", "sentencepiece_bpe/tokenizer.model"}}) {
    const std::string whole = read_file(kGolden + source);
    for (int round = 0; round < 150; ++round) {
      try_bytes(name, whole.substr(0, random() % whole.size()));
      std::string mangled = whole;
      for (int i = 0; i < 3; ++i) mangled[random() % mangled.size()] = static_cast<char>(random());
      try_bytes(name, mangled);
    }
    try_bytes(name, "");
    try_bytes(name, std::string(1000, '['));
    try_bytes(name, std::string(1000, '\0'));
  }
  write_file_atomic(folder.path / "tokenizer.json", "{\"model\": \n  x}");
  CHECK_THROWS_WITH(text::load_tokenizer(folder.path / "tokenizer.json"),
                    Catch::Contains("tokenizer.json:2:3: not valid JSON"));
  write_file_atomic(folder.path / "tokenizer.model", "junk");
  CHECK_THROWS_WITH(text::load_tokenizer(folder.path / "tokenizer.model"),
                    Catch::Contains("not a SentencePiece model"));
}
