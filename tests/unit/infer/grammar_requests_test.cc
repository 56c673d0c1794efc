// Answers held to a form by the engine: schemas, expressions and grammars side by side in one batch.
#include <regex>

#include "core/error.h"
#include "infer/generate_request.h"
#include "infer/open_engine.h"
#include "support/catch.h"

namespace llmops::infer {
namespace {

std::unique_ptr<Engine> tiny(int max_batch) {
  EngineOptions options;
  options.model = LLMOPS_SOURCE_DIR "/tests/golden/tiny-chat";
  options.max_batch = max_batch;
  options.threads = 2;
  return open_engine(options);
}

GenerateRequest read(const Engine& engine, const std::string& json) {
  return read_generate_request(engine, {json, 1}, "test", {});
}

const std::vector<std::string> kRequests = {
    R"({"prompt": "a", "max_tokens": 200, "json_schema": {"type": "object", "properties": {"mood": {"enum": ["good", "bad"]},
        "count": {"type": "integer", "minimum": 0, "maximum": 99}}, "required": ["mood", "count"]}})",
    R"({"prompt": "b", "max_tokens": 60, "temperature": 1, "seed": 3, "regex": "[a-c]{3}-[0-9]{2}"})",
    R"({"prompt": "c", "max_tokens": 60, "temperature": 1, "seed": 4, "grammar": "root ::= (\"yes\" | \"no\") \"!\""})",
    R"({"prompt": "d", "max_tokens": 20})",
    R"({"prompt": "e", "max_tokens": 200, "response_format": {"type": "json_schema", "json_schema": {"name": "n",
        "schema": {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 3}}}})",
};

}  // namespace

TEST_CASE("answers have the form that was asked for, at any batch size", "[infer]") {
  std::vector<std::vector<GenerateResult>> by_batch;
  for (const int max_batch : {1, 8}) {
    const auto engine = tiny(max_batch);
    std::vector<GenerateRequest> requests;
    for (const std::string& request : kRequests) requests.push_back(read(*engine, request));
    by_batch.push_back(engine->generate(requests));
  }
  const std::vector<GenerateResult>& results = by_batch[0];
  for (std::size_t i = 0; i < results.size(); ++i) {
    INFO(results[i].text);
    CHECK(results[i].tokens == by_batch[1][i].tokens);
  }
  const Json object = Json::parse(results[0].text);
  CHECK((object["mood"] == "good" || object["mood"] == "bad"));
  CHECK(object["count"].get<int>() <= 99);
  CHECK(std::regex_match(results[1].text, std::regex("[a-c]{3}-[0-9]{2}")));
  CHECK((results[2].text == "yes!" || results[2].text == "no!"));
  CHECK(results[2].finish_reason == "stop");
  const Json list = Json::parse(results[4].text);
  CHECK((list.size() >= 2 && list.size() <= 3));
}

TEST_CASE("a grammar that is wrong fails its request alone", "[infer]") {
  const auto engine = tiny(4);
  for (const std::string bad :
       {R"({"prompt": "a", "regex": "(a"})", R"({"prompt": "a", "grammar": "root ::= missing"})",
        R"({"prompt": "a", "json_schema": {"type": "colour"}})"}) {
    INFO(bad);
    CHECK_THROWS_AS(engine->submit(read(*engine, bad), {}), InputError);
  }
  CHECK_THROWS_WITH(read(*engine, R"({"prompt": "a", "regex": "a", "grammar": "b"})"),
                    "test:1: 'regex' and 'grammar' exclude each other");
  GenerateRequest good = read(*engine, kRequests[2]);
  CHECK(engine->generate({&good, 1})[0].finish_reason == "stop");
}

}  // namespace llmops::infer
