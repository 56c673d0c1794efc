// Records to tokens through a real tokenizer and chat template.
#include "data/write/encode.h"

#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "data/prepare.h"
#include "data/write/pack.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

const fs::path kModel = fs::path(LLMOPS_SOURCE_DIR) / "tests" / "golden" / "tiny-chat";

std::string supervised_text(const EncodedRecord& record) {
  const auto tokenizer = text::load_tokenizer(kModel);
  std::vector<text::TokenId> learned;
  for (std::size_t i = 0; i < record.tokens.size(); ++i) {
    if (record.supervised[i] != 0) learned.push_back(record.tokens[i]);
  }
  return tokenizer->decode(learned, false);
}

TEST_CASE("only what the assistant says is supervised, and the end of its turn", "[data]") {
  Record record;
  record.messages = {{"user", "hello there"}, {"assistant", "one"}, {"user", "and"}, {"assistant", "two"}};
  const EncodedRecord encoded = RecordEncoder(kModel).encode(record);
  REQUIRE(encoded.tokens.size() == encoded.supervised.size());
  CHECK(supervised_text(encoded).substr(0, 13) == "one<|im_end|>");
  CHECK(supervised_text(encoded).find("two<|im_end|>") != std::string::npos);
  CHECK(supervised_text(encoded).find("hello") == std::string::npos);
}

TEST_CASE("plain text ends with the end token and is supervised whole", "[data]") {
  Record record;
  record.text = "plain words";
  const EncodedRecord encoded = RecordEncoder(kModel).encode(record);
  CHECK(supervised_text(encoded) == "plain words<|im_end|>");
  CHECK(encoded.tokens.back() == *text::load_tokenizer(kModel)->eos_id());
}

TEST_CASE("a conversation needs a chat template", "[data]") {
  const test::TemporaryDirectory scratch;
  fs::copy_file(kModel / "tokenizer.json", scratch.path() / "tokenizer.json");
  Record record;
  record.messages = {{"user", "a"}, {"assistant", "b"}};
  const RecordEncoder encoder(scratch.path());
  CHECK_THROWS_WITH(encoder.encode(record), "the tokenizer has no chat template, which conversations need");
}

TEST_CASE("a recipe with a tokenizer writes shards whose counts the report repeats", "[data]") {
  const test::TemporaryDirectory scratch;
  fs::create_directory(scratch.path() / "raw");
  std::ofstream file(scratch.path() / "raw" / "a.jsonl");
  for (int i = 0; i < 60; ++i) {
    file << dump_json(
                {{"prompt", "question " + std::to_string(i * 37)}, {"completion", "answer " + std::to_string(i * 91)}})
         << "\n";
  }
  file.close();
  registry::Registry registry(scratch.path() / ".llmops" / "registry.db");
  Progress silent;
  PrepareOptions options;
  options.source = (scratch.path() / "raw").string();
  options.overrides = {"pack.tokenizer=" + kModel.string(), "pack.sequence_len=256", "split.test=0.3"};
  const PrepareResult result = run_prepare(options, registry, silent);
  CHECK(result.report.tokens() > 0);
  CHECK(result.report.length_unit == "tokens");
  std::uint64_t tokens = 0;
  for (const char* split : {"train", "validation", "test"}) {
    const std::uint64_t bytes = fs::file_size(result.path / (std::string(split) + ".tokens.bin"));
    CHECK(fs::file_size(result.path / (std::string(split) + ".mask.bin")) * 4 == bytes);
    tokens += bytes / 4;
  }
  CHECK(tokens == result.report.tokens());
  const Json manifest = read_json_file(result.path / "manifest.json");
  CHECK(manifest["splits"]["train"]["packed"]["tokens"] == result.report.splits[0].packed.tokens);
  CHECK(manifest["tokenizer"]["fingerprint"].get<std::string>().size() == 64);
}

}  // namespace
}  // namespace llmops::data
