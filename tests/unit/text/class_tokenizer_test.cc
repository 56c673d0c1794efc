// Model folders without tokenizer.json against transformers' AutoTokenizer (tests/golden/tokenizers/make_folders.py).
#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "text/base64.h"
#include "text/tokenizer.h"

using namespace llmops;

namespace {

using Ids = std::vector<text::TokenId>;

Json golden() { return read_json_file(std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/tokenizers/folders.json"); }

// A file is JSON, or the name of one that several folders share: text, or base64 for a SentencePiece model.
std::string contents(const Json& file, const std::string& name, const Json& shared) {
  if (file.is_object()) return dump_json(file);
  const auto bytes = shared[file.get<std::string>()].get<std::string>();
  return name.ends_with(".model") ? text::decode_base64(bytes, name) : bytes;
}

}  // namespace

TEST_CASE("folders without tokenizer.json give AutoTokenizer's ids and text", "[text]") {
  const Json all = golden();
  const auto texts = all["texts"].get<std::vector<std::string>>();
  for (const auto& [name, folder] : all["folders"].items()) {
    const test::TemporaryDirectory files;
    for (const auto& [file, value] : folder["files"].items()) {
      write_file_atomic(files.path() / file, contents(value, file, all["files"]));
    }
    CAPTURE(name);
    const auto tokenizer = text::load_tokenizer(files.path());
    CHECK(tokenizer->vocab_size() == folder["size"].get<int>());
    for (const auto& [key, id] : {std::pair{"bos", tokenizer->bos_id()}, std::pair{"eos", tokenizer->eos_id()}}) {
      CHECK(id.value_or(-1) == json_get_or(folder, key, -1, name));
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CAPTURE(texts[i]);
      const auto ids = folder["ids"][i].get<Ids>();
      CHECK(tokenizer->encode(texts[i], false) == ids);
      CHECK(tokenizer->encode(texts[i], true) == folder["with_special"][i].get<Ids>());
      CHECK(tokenizer->decode(ids, false) == folder["decoded"][i].get<std::string>());
    }
  }
}

TEST_CASE("what says nothing about its class is read by its model type, else by its files", "[text]") {
  const Json all = golden();
  const auto load = [&](const char* name, const Json& tokenizer_config, const Json& config) {
    const test::TemporaryDirectory files;
    for (const auto& [file, value] : all["folders"][name]["files"].items()) {
      if (file.ends_with(".json") && value.is_object()) continue;
      write_file_atomic(files.path() / file, contents(value, file, all["files"]));
    }
    write_file_atomic(files.path() / "tokenizer_config.json", dump_json(tokenizer_config));
    write_file_atomic(files.path() / "config.json", dump_json(config));
    return text::load_tokenizer(files.path())->encode(all["texts"][20].get<std::string>(), true);
  };
  const auto expected = [&](const char* name) { return all["folders"][name]["with_special"][20].get<Ids>(); };
  const Json none = Json::object();
  CHECK(load("bert", none, none) == expected("bert"));
  CHECK(load("gpt2", {{"tokenizer_class", "PreTrainedTokenizerFast"}}, none) == expected("gpt2"));
  CHECK(load("roberta", none, {{"model_type", "roberta"}}) == expected("roberta"));
  CHECK(load("t5", none, {{"model_type", "t5"}}) == expected("t5"));
  CHECK(load("xlm_roberta", none, {{"model_type", "xlm-roberta"}}) == expected("xlm_roberta"));
}

TEST_CASE("a class that is not known, and files that are not what they should be, are errors", "[text]") {
  const test::TemporaryDirectory files;
  const auto write = [&](const char* name, const std::string& text) { write_file_atomic(files.path() / name, text); };
  const auto load = [&] { text::load_tokenizer(files.path()); };
  write("vocab.json", R"({"a": 0, "b": 1, "ab": 2})");
  CHECK_THROWS_AS(load(), NotFoundError);  // no merges.txt
  write("merges.txt", "#version: 0.2\na b c\n");
  CHECK_THROWS_WITH(load(), Catch::Contains("merges.txt"));
  write("merges.txt", "#version: 0.2\r\na b\r\n");
  CHECK(text::load_tokenizer(files.path())->encode("ab", false) == Ids{2});
  write("vocab.json", R"({"a": 0, "b": 1, "ab": "x"})");
  CHECK_THROWS_WITH(load(), Catch::Contains("vocab.json"));
  write("vocab.json", R"({"a": 0, "b": 1, "ab": 2})");
  write("added_tokens.json", R"({"<x>": -3})");
  CHECK_THROWS_WITH(load(), Catch::Contains("added_tokens.json"));
  write("added_tokens.json", "[]");
  CHECK_THROWS_WITH(load(), Catch::Contains("not a JSON object"));
  write("added_tokens.json", "{}");
  write("special_tokens_map.json", R"({"pad_token": 7})");
  CHECK_THROWS_WITH(load(), Catch::Contains("pad_token"));
  write("special_tokens_map.json", "{}");
  for (const char* name : {"BertTokenizer", "CLIPTokenizer", "LlamaTokenizer"}) {
    write("tokenizer_config.json", dump_json({{"tokenizer_class", name}}));
    CHECK_THROWS_WITH(load(), Catch::Contains(std::string(name) + " is not known to read it"));
  }
  std::filesystem::remove(files.path() / "merges.txt");
  write("vocab.txt", "[UNK]\na\n\xFF\n");
  write("tokenizer_config.json", R"({"tokenizer_class": "BertTokenizer"})");
  CHECK_THROWS_WITH(load(), Catch::Contains("byte 8 is not UTF-8"));
}

TEST_CASE("a SentencePiece model whose class moves its ids unknown ways is an error", "[text]") {
  const Json all = golden();
  const test::TemporaryDirectory files;
  write_file_atomic(files.path() / "tokenizer.model", contents("unigram", "tokenizer.model", all["files"]));
  write_file_atomic(files.path() / "tokenizer_config.json", R"({"tokenizer_class": "M2M100Tokenizer"})");
  CHECK_THROWS_WITH(text::load_tokenizer(files.path()),
                    Catch::Contains("the ids of a M2M100Tokenizer are not those of its SentencePiece model"));
}
