// Lines of JSON to requests, and answers in the order of the lines, on an engine without a model.
#include <unistd.h>

#include "core/cancel.h"
#include "core/files.h"
#include "infer/generate_lines.h"
#include "infer/generate_request.h"
#include "infer/score_lines.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "unit/serve/fake_engine.h"

namespace llmops::infer {
namespace {

GenerateRequest read(const Engine& engine, const std::string& line, const GenerateLinesOptions& options = {}) {
  return read_generate_request(engine, {line, 3}, "in", options);
}

std::vector<Json> answers(Engine& engine, const std::string& input, LinesReport& report) {
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "in", input);
  LineSource lines(folder.path() / "in");
  std::vector<Json> written;
  report = generate_lines(engine, lines, {}, [&](const Json& json, const std::string&) { written.push_back(json); });
  return written;
}

}  // namespace

TEST_CASE("a line of JSON becomes a request, options fill in the rest", "[infer]") {
  serve::testing::FakeEngine engine("x");
  GenerateLinesOptions options;
  options.sampling.max_tokens = 7;
  options.sampling.stop = {"end"};
  const GenerateRequest request =
      read(engine, R"({"prompt": "ab", "temperature": 0.5, "seed": 9, "top_k": 4, "ignore_eos": true})", options);
  CHECK(request.prompt == std::vector<TokenId>{'a', 'b'});
  CHECK(request.sampling.max_tokens == 7);
  CHECK(request.sampling.temperature == 0.5);
  CHECK(request.sampling.seed == 9);
  CHECK(request.sampling.top_k == 4);
  CHECK(request.sampling.ignore_eos);
  CHECK(request.sampling.stop == std::vector<std::string>{"end"});
  CHECK(read(engine, R"({"ids": [1, 2], "stop": "x"})").sampling.stop == std::vector<std::string>{"x"});
  options.plain_prompts = true;
  CHECK(read(engine, R"({"ids")", options).prompt.size() == 6);
}

TEST_CASE("a line that is no request says which and why", "[infer]") {
  serve::testing::FakeEngine engine("x");
  CHECK_THROWS_WITH(read(engine, "[]"), "in:3: the line is not a JSON object");
  CHECK_THROWS_WITH(read(engine, "{}"), "in:3: one of 'prompt', 'ids' and 'messages' is needed");
  CHECK_THROWS_WITH(read(engine, R"({"ids": [1], "prompt": "a"})"),
                    "in:3: one of 'prompt', 'ids' and 'messages' is needed");
  CHECK_THROWS_WITH(read(engine, R"({"ids": [1.5]})"), "in:3: 'ids' is not a list of token ids");
  CHECK_THROWS_WITH(read(engine, R"({"ids": [99999999999]})"), "in:3: 'ids' is not a list of token ids");
  CHECK_THROWS_WITH(read(engine, R"({"prompt": "a", "max_token": 3})"), "in:3: unknown key 'max_token'");
  CHECK_THROWS_WITH(read(engine, R"({"prompt": "a", "max_tokens": 1000000000000})"),
                    "in:3: 'max_tokens' is 1000000000000, expected at most 2147483647");
  CHECK_THROWS_WITH(read(engine, R"({"prompt": "a", "max_tokens": 1e12})"),
                    "in:3: 'max_tokens' has the wrong type: found number 1000000000000.0");
  CHECK_THROWS_WITH(read(engine, R"({"prompt": "a", "top_k": 4294967297})"),
                    "in:3: 'top_k' is 4294967297, expected at most 2147483647");
  CHECK_THROWS_WITH(read(engine, R"({"prompt": "a", "seed": 1.5})"),
                    "in:3: 'seed' has the wrong type: found number 1.5");
  CHECK(read(engine, R"({"prompt": "a", "seed": 18446744073709551615})").sampling.seed == ~std::uint64_t{0});
  CHECK_THROWS_WITH(read(engine, R"({"messages": []})"),
                    "in:3: 'messages' are given, but the model has no chat template");
}

TEST_CASE("answers come in the order of the lines, errors in their place", "[infer]") {
  serve::testing::FakeEngine engine("hello");
  LinesReport report;
  const auto written = answers(engine, "{\"prompt\": \"a\"}\n{}\n\n{\"prompt\": \"b\", \"max_tokens\": 2}\n", report);
  REQUIRE(written.size() == 3);
  CHECK(written[0]["text"] == "hello");
  CHECK(written[0]["finish_reason"] == "stop");
  CHECK(written[1]["error"]["code"] == "input");
  CHECK(written[2]["text"] == "he");
  CHECK(written[2]["ids"] == Json::array({'h', 'e'}));
  CHECK(report.lines == 3);
  CHECK(report.failed == 1);
}

TEST_CASE("an engine's failure is that line's answer alone", "[infer]") {
  serve::testing::FakeEngine engine("hello");
  engine.fail_next("no memory");
  LinesReport report;
  const auto written = answers(engine, "{\"prompt\": \"a\"}\n{\"prompt\": \"b\"}\n", report);
  REQUIRE(written.size() == 2);
  CHECK(report.failed == 1);
  CHECK((written[0].contains("error") ? written[1] : written[0])["text"] == "hello");
}

}  // namespace llmops::infer
