// `llmops tokenizer`: a tokenizer of one's own, as people and scripts make it.
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/cli.h"
#include "support/temporary_directory.h"

using namespace llmops;

TEST_CASE("a tokenizer is trained, recorded and used", "[cli]") {
  const test::TemporaryDirectory folder;
  const std::string corpus = test::golden("tokenizers/trained/corpus.txt").string();
  test::CliOptions options;
  options.working_directory = folder.path();
  const auto run = [&](std::vector<std::string> words, const std::string& input = "") {
    options.input = input;
    return test::run_llmops(words, options);
  };
  const auto made =
      run({"tokenizer", "train", corpus, "-o", "mine", "--vocab-size", "600", "--chat", "chatml", "--json"});
  INFO(made.err);
  REQUIRE(made.exit_code == 0);
  const Json report = parse_json(made.out, "stdout");
  CHECK(report["schema_version"] == 1);
  CHECK(report["vocab_size"] == 600);
  CHECK(report["bytes"] == size_on_disk(corpus));
  const Json recorded = parse_json(run({"runs", "show", report["run_id"], "--json"}).out, "stdout");
  CHECK(recorded["command"] == "tokenizer train");
  CHECK(dump_json(recorded).find(report["sha256"].get<std::string>()) != std::string::npos);
  const Json ids =
      parse_json(run({"tokenize", "-t", "mine", "--json"}, "<|im_start|>user\nthe lighthouse<|im_end|>").out, "stdout");
  CHECK(ids["ids"].front() == 1);
  CHECK(ids["ids"].back() == 2);
  CHECK(ids["text"] == "<|im_start|>user\nthe lighthouse<|im_end|>");
  const auto rendered = run({"template", "render", "--template", "mine"},
                            R"({"messages": [{"role": "user", "content": "Hi"}], "add_generation_prompt": true})");
  CHECK(rendered.out == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");

  CHECK(run({"tokenizer", "train", corpus, "-o", "mine"}).exit_code == 2);  // it is there
  const auto small = run({"tokenizer", "train", "-", "-o", "other", "--vocab-size", "257", "-q"}, "some text");
  INFO(small.err);
  CHECK(small.exit_code == 0);
  CHECK(small.out.find("257 tokens (1 special), 0 merges") != std::string::npos);
  const auto empty = run({"tokenizer", "train", "-", "-o", "third", "-q"}, "");
  CHECK(empty.exit_code == 1);
  CHECK(empty.err == "error: the inputs hold no text\nhint: give files that are not empty\n");
  CHECK_FALSE(fs::exists(folder.path() / "third"));
  CHECK(run({"tokenizer", "train", corpus, "-o", "third", "--dry-run"}).out.find("would train") == 0);
  CHECK_FALSE(fs::exists(folder.path() / "third"));
}
