// `llmops tokenize`: texts to ids and back, as people and scripts call it.
#include <filesystem>

#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/cli.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

using Words = std::vector<std::string>;

const std::string kByteLevel = test::golden("tokenizers/byte_level").string();
const std::string kWithBos = test::golden("tokenizers/split_nfc").string();

test::CliResult tokenize(Words words, const std::string& input = "", const fs::path& folder = {}) {
  words.insert(words.begin(), "tokenize");
  test::CliOptions options;
  options.input = input;
  options.working_directory = folder;
  return test::run_llmops(words, options);
}

Json json_of(const test::CliResult& result) {
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return parse_json(result.out, "stdout");
}

std::vector<Json> lines_of(const std::string& text) {
  std::vector<Json> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(parse_json(text.substr(at, end - at), "a line"));
    at = end + 1;
  }
  return lines;
}

}  // namespace

TEST_CASE("tokenize gives the reference's ids and the text back", "[cli]") {
  const test::TemporaryDirectory folder;
  for (const std::string& tokenizer : {kByteLevel, kWithBos}) {
    const Json cases = read_json_file(fs::path(tokenizer) / "cases.json");
    Words words{"--tokenizer", tokenizer, "--json"};
    for (const Json& golden : cases) {  // all in one call, because a process each takes a while
      words.push_back(std::to_string(words.size()) + ".txt");
      write_file_atomic(folder.path() / words.back(), golden["text"].get<std::string>());
    }
    const auto lines = lines_of(tokenize(words, "", folder.path()).out);
    REQUIRE(lines.size() == cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
      CAPTURE(cases[i]["text"].get<std::string>());
      CHECK(lines[i]["ids"] == cases[i]["with_special"]);
      CHECK(lines[i]["text"] == cases[i]["decoded"]);
      CHECK(lines[i]["schema_version"] == 1);
    }
  }
  CHECK(json_of(tokenize({"--tokenizer", kWithBos, "--no-special", "--json"}, "Hello"))["ids"].size() + 1 ==
        json_of(tokenize({"--tokenizer", kWithBos, "--json"}, "Hello"))["ids"].size());
}

TEST_CASE("ids come back as text, however they are written", "[cli]") {
  const Json json = json_of(tokenize({"--tokenizer", kWithBos, "--json"}, "Hello, y'all\n"));
  const std::string plain = tokenize({"--tokenizer", kWithBos}, "Hello, y'all\n").out;
  for (const std::string& ids : {dump_json(json["ids"]), dump_json(json), plain}) {
    CAPTURE(ids);
    const Json back = json_of(tokenize({"--tokenizer", kWithBos, "--decode", "--json"}, ids));
    CHECK(back["text"] == "<|endoftext|>Hello, y'all\n");
    CHECK(back["ids"] == json["ids"]);
    CHECK(tokenize({"--tokenizer", kWithBos, "--decode", "--no-special"}, ids).out == "Hello, y'all\n\n");
  }
  CHECK(json_of(tokenize({"--tokenizer", kWithBos, "--decode", "--json"}, "7,8,\n9"))["ids"] == Json({7, 8, 9}));
  CHECK(json_of(tokenize({"--tokenizer", kWithBos, "--decode", "--json"}, ""))["text"] == "");
}

TEST_CASE("wrong ids are named", "[cli]") {
  const auto fails = [](const std::string& input) {
    const auto result = tokenize({"--tokenizer", kByteLevel, "--decode"}, input);
    CHECK(result.exit_code == 1);
    CHECK(result.out.empty());
    return result.err;
  };
  CHECK(fails("1 two 3").find("error: stdin: 'two' is not a token id\nhint: ids come as") == 0);
  CHECK(fails("[1, 2.5]").find("stdin: ids[1] is not a token id") != std::string::npos);
  CHECK(fails("[18446744073709551615]").find("stdin: ids[0] is not a token id") != std::string::npos);
  CHECK(fails("-1").find("-1 is not a token id") != std::string::npos);
  CHECK(fails("99999999999999999999").find("is not a token id") != std::string::npos);
  CHECK(fails("2000000000").find("token id 2000000000 is not in the vocabulary") != std::string::npos);
  CHECK(fails("{\"tokens\": [1]}").find("'ids' is missing") != std::string::npos);
  CHECK(fails("[1, 2").find("not valid JSON") != std::string::npos);
}

TEST_CASE("offsets are of bytes and of characters", "[cli]") {
  const std::string text = "déjà 🙂!";
  const Json json = json_of(tokenize({"--tokenizer", kByteLevel, "--offsets", "--json"}, text));
  std::size_t at = 0;
  for (const Json& token : json["tokens"]) {
    CHECK(token["begin"] == at);
    at = token["end"];
    CHECK(token["char_end"] > token["char_begin"]);
  }
  CHECK(at == text.size());
  CHECK(json["tokens"].size() == json["ids"].size());
  CHECK(json["tokens"].front()["char_begin"] == 0);
  CHECK(json["tokens"].back()["char_end"] == 7);
  CHECK(json["tokens"].back()["text"] == "!");
  const std::string table = tokenize({"--tokenizer", kByteLevel, "--offsets"}, "a\nb").out;
  CHECK(table.find("characters") != std::string::npos);
  CHECK(table.find("\\n") != std::string::npos);
}

TEST_CASE("each line is answered by one", "[cli]") {
  const std::vector<std::string> texts{"Hello world", "", "The printer prints", "\xE6\x9D broken"};
  std::string input;
  for (const std::string& text : texts) input += text + "\n";
  const auto lines = lines_of(tokenize({"--tokenizer", kWithBos, "--lines", "--json"}, input).out);
  REQUIRE(lines.size() == texts.size());
  std::string ids;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Json alone = json_of(tokenize({"--tokenizer", kWithBos, "--json"}, texts[i]));
    CHECK(lines[i]["ids"] == alone["ids"]);
    CHECK(lines[i]["text"] == alone["text"]);
    ids += dump_json(lines[i]["ids"]) + "\n";
  }
  CHECK(tokenize({"--tokenizer", kWithBos, "--lines", "--decode", "--no-special"}, ids).out ==
        "Hello world\n\nThe printer prints\n\uFFFD broken\n");
  const auto wrong = tokenize({"--tokenizer", kWithBos, "--lines", "--decode"}, "1\nx\n3\n");
  CHECK(wrong.exit_code == 1);
  CHECK(wrong.err.find("stdin:2: 'x' is not a token id") != std::string::npos);
}

TEST_CASE("counts are of each file and of all", "[cli]") {
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "a.txt", "Grüße");
  write_file_atomic(folder.path() / "b.txt", "Hello world\n");
  const Json json =
      json_of(tokenize({"--tokenizer", kByteLevel, "--count", "--json", "a.txt", "b.txt"}, "", folder.path()));
  CHECK(json["characters"] == 17);
  CHECK(json["bytes"] == 19);
  CHECK(json["tokens_per_second"] > 0);
  REQUIRE(json["texts"].size() == 2);
  CHECK(json["texts"][0]["characters"] == 5);
  CHECK(json["tokens"] == json["texts"][0]["tokens"].get<int>() + json["texts"][1]["tokens"].get<int>());
  const std::string table = tokenize({"--tokenizer", kByteLevel, "--count", "a.txt", "b.txt"}, "", folder.path()).out;
  CHECK(table.find("total") != std::string::npos);
  CHECK(table.find("tokens a second") != std::string::npos);
  const auto files = lines_of(tokenize({"--tokenizer", kByteLevel, "--json", "a.txt", "b.txt"}, "", folder.path()).out);
  REQUIRE(files.size() == 2);
  CHECK(files[1]["file"] == "b.txt");
  CHECK(files[1]["text"] == "Hello world\n");
}

TEST_CASE("a tokenizer that is a path creates no registry", "[cli]") {
  const test::TemporaryDirectory folder;
  CHECK(tokenize({"--tokenizer", kByteLevel}, "Hello", folder.path()).exit_code == 0);
  CHECK(tokenize({"--tokenizer", kByteLevel + "/tokenizer.json"}, "Hello", folder.path()).exit_code == 0);
  const auto missing = tokenize({"--tokenizer", "nowhere"}, "Hello", folder.path());
  CHECK(missing.exit_code == 1);
  CHECK(missing.err.find("error: 'nowhere' does not exist") == 0);
  CHECK(tokenize({"--tokenizer", "models:/nothing/1"}, "Hello", folder.path()).exit_code == 1);
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a GGUF file and a registered model are tokenizers too", "[cli]") {
  const test::TemporaryDirectory folder;
  fs::create_directory(folder.path() / "m");
  for (const char* name :
       {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}) {
    fs::copy_file(test::golden("tiny-chat") / name, folder.path() / "m" / name);
  }
  test::CliOptions options;
  options.working_directory = folder.path();
  REQUIRE(test::run_llmops({"quantize", "m", "-o", "m.gguf"}, options).exit_code == 0);
  REQUIRE(test::run_llmops({"models", "register", "tiny", "m"}, options).exit_code == 0);
  const std::string text = "Hello <|im_end|> 2024";
  const Json ids = json_of(tokenize({"--tokenizer", "m", "--json"}, text, folder.path()))["ids"];
  CHECK(json_of(tokenize({"--tokenizer", "m.gguf", "--json"}, text, folder.path()))["ids"] == ids);
  CHECK(json_of(tokenize({"--tokenizer", "models:/tiny/1", "--json"}, text, folder.path()))["ids"] == ids);
}

TEST_CASE("options of tokenize that do not fit are usage errors", "[cli]") {
  CHECK(tokenize({}, "x").exit_code == 2);
  CHECK(tokenize({"--tokenizer", kByteLevel, "--decode", "--offsets"}, "x").exit_code == 2);
  CHECK(tokenize({"--tokenizer", kByteLevel, "--lines", "--count"}, "x").exit_code == 2);
  CHECK(tokenize({"--tokenizer", kByteLevel, "nowhere.txt"}, "x").exit_code == 1);
}
