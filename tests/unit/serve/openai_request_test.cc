// What a request may say, and the error each mistake gives.
#include "serve/openai_request.h"

#include "serve/api_error.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::serve;

namespace {

CompletionCall parse(Route route, const std::string& body) {
  return parse_completion(route, parse_body(body), {.max_choices = 16, .vocab_size = 256});
}

std::string chat(const std::string& more) {
  return R"({"model": "m", "messages": [{"role": "user", "content": "hi"}])" + more + "}";
}

struct Refusal {
  int status = 0;
  std::string param, code, message;
};

Refusal refusal(Route route, const std::string& body) {
  try {
    parse(route, body);
  } catch (const ApiError& error) {
    const Json json = error.body()["error"];
    CHECK(json["type"] == "invalid_request_error");
    return {error.status(), json["param"].is_null() ? "" : json["param"].get<std::string>(),
            json["code"].is_null() ? "" : json["code"].get<std::string>(), json["message"]};
  }
  return {};
}

}  // namespace

TEST_CASE("defaults are OpenAI's", "[serve]") {
  const auto call = parse(Route::kChat, chat(""));
  CHECK(call.sampling.temperature == 1.0);
  CHECK(call.sampling.top_p == 1.0);
  CHECK(call.sampling.max_tokens == 0);  // what the context has room for
  CHECK(call.sampling.top_logprobs == -1);
  CHECK(call.choices == 1);
  CHECK_FALSE(call.stream);
  CHECK_FALSE(call.seeded);
  CHECK(parse(Route::kText, R"({"model": "m", "prompt": "a"})").sampling.max_tokens == 16);
}

TEST_CASE("all fields are read, unknown ones ignored", "[serve]") {
  const auto call =
      parse(Route::kChat, chat(R"(, "max_tokens": 9, "max_completion_tokens": 5, "temperature": 0, "top_p": 0.5,
    "seed": -1, "frequency_penalty": 1.5, "presence_penalty": -2, "stop": ["a", "", "b"], "stream": true,
    "stream_options": {"include_usage": true}, "n": 2, "logprobs": true, "top_logprobs": 3, "user": "u", "metadata": {"a": 1},
    "response_format": {"type": "text"}, "tools": [], "logit_bias": {}, "never_heard_of": [1, 2])"));
  CHECK(call.sampling.max_tokens == 5);
  CHECK(call.sampling.temperature == 0);
  CHECK(call.sampling.top_p == 0.5);
  CHECK(call.sampling.seed == ~std::uint64_t{0});
  CHECK(call.seeded);
  CHECK(call.sampling.frequency_penalty == 1.5);
  CHECK(call.sampling.presence_penalty == -2);
  CHECK(call.sampling.stop == std::vector<std::string>{"a", "b"});
  CHECK(call.stream);
  CHECK(call.include_usage);
  CHECK(call.choices == 2);
  CHECK(call.logprobs);
  CHECK(call.sampling.top_logprobs == 3);
  CHECK(parse(Route::kChat, chat(R"(, "stop": "x", "seed": null, "temperature": null)")).sampling.stop ==
        std::vector<std::string>{"x"});
  CHECK(parse(Route::kText, R"({"model": "m", "prompt": "a", "logprobs": 0})").sampling.top_logprobs == 0);
}

TEST_CASE("contents are strings or text parts, developer is system", "[serve]") {
  const auto call = parse(Route::kChat, R"({"model": "m", "messages": [
    {"role": "developer", "content": "d"}, {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
    {"role": "assistant", "content": null}, {"role": "user", "content": "", "name": "n"}]})");
  CHECK(call.messages[0]["role"] == "system");
  CHECK(call.messages[1]["content"] == "ab");
  CHECK(call.messages[2]["content"] == "");
  CHECK(call.messages[3]["name"] == "n");
}

TEST_CASE("prompts are text, texts, tokens or lists of tokens", "[serve]") {
  const auto prompts = [](const std::string& prompt) {
    return parse(Route::kText, R"({"model": "m", "prompt": )" + prompt + "}");
  };
  CHECK(prompts(R"("a")").prompts == std::vector<std::string>{"a"});
  CHECK(prompts(R"(["a", "b"])").prompts.size() == 2);
  CHECK(prompts("[1, 2]").prompt_tokens == std::vector<std::vector<text::TokenId>>{{1, 2}});
  CHECK(prompts("[[1], [2, 3]]").prompt_tokens.size() == 2);
}

TEST_CASE("each mistake names its field", "[serve]") {
  struct Case {
    Route route;
    std::string body, param, code;
  };
  const auto k = Route::kChat;
  const auto t = Route::kText;
  const std::vector<Case> cases{
      {k, "", "", "invalid_json"},
      {k, "{\"model\": \"m\"", "", "invalid_json"},
      {k, "{\"model\": \"\xFF\"}", "", "invalid_json"},
      {k, std::string(5000, '['), "", "invalid_json"},
      {k, "[]", "", "invalid_type"},
      {k, "{}", "model", "missing_required_parameter"},
      {k, R"({"model": 3})", "model", "invalid_type"},
      {k, R"({"model": "m"})", "messages", "missing_required_parameter"},
      {k, R"({"model": "m", "messages": "hi"})", "messages", "invalid_type"},
      {k, R"({"model": "m", "messages": []})", "messages", "empty_array"},
      {k, R"({"model": "m", "messages": ["hi"]})", "messages[0]", "invalid_type"},
      {k, R"({"model": "m", "messages": [{"content": "hi"}]})", "messages[0].role", "missing_required_parameter"},
      {k, R"({"model": "m", "messages": [{"role": "king", "content": "hi"}]})", "messages[0].role", "invalid_value"},
      {k, R"({"model": "m", "messages": [{"role": "user"}]})", "messages[0].content", "missing_required_parameter"},
      {k, R"({"model": "m", "messages": [{"role": "user", "content": 5}]})", "messages[0].content", "invalid_type"},
      {k, R"({"model": "m", "messages": [{"role": "user", "content": [{"type": "image_url"}]}]})",
       "messages[0].content[0].type", "unsupported_content"},
      {k, R"({"model": "m", "messages": [{"role": "user", "content": [{"type": "text"}]}]})",
       "messages[0].content[0].text", "missing_required_parameter"},
      {k, chat(R"(, "temperature": "hot")"), "temperature", "invalid_type"},
      {k, chat(R"(, "temperature": 2.1)"), "temperature", "decimal_above_max_value"},
      {k, chat(R"(, "temperature": -0.1)"), "temperature", "decimal_below_min_value"},
      {k, chat(R"(, "top_p": 1.5)"), "top_p", "decimal_above_max_value"},
      {k, chat(R"(, "frequency_penalty": 3)"), "frequency_penalty", "decimal_above_max_value"},
      {k, chat(R"(, "presence_penalty": true)"), "presence_penalty", "invalid_type"},
      {k, chat(R"(, "max_tokens": 0)"), "max_tokens", "integer_below_min_value"},
      {k, chat(R"(, "max_tokens": 1.5)"), "max_tokens", "invalid_type"},
      {k, chat(R"(, "max_tokens": 18446744073709551615)"), "max_tokens", "integer_above_max_value"},
      {k, chat(R"(, "max_completion_tokens": "5")"), "max_completion_tokens", "invalid_type"},
      {k, chat(R"(, "seed": 1.5)"), "seed", "invalid_type"},
      {k, chat(R"(, "stop": 5)"), "stop", "invalid_type"},
      {k, chat(R"(, "stop": [5])"), "stop", "invalid_type"},
      {k, chat(R"(, "stop": ["1","2","3","4","5","6","7","8","9","a","b","c","d","e","f","g","h"])"), "stop",
       "array_above_max_length"},
      {k, chat(R"(, "stream": "yes")"), "stream", "invalid_type"},
      {k, chat(R"(, "stream_options": {"include_usage": true})"), "stream_options", "invalid_value"},
      {k, chat(R"(, "stream": true, "stream_options": [])"), "stream_options", "invalid_type"},
      {k, chat(R"(, "stream": true, "stream_options": {"include_usage": 1})"), "stream_options.include_usage",
       "invalid_type"},
      {k, chat(R"(, "n": 0)"), "n", "integer_below_min_value"},
      {k, chat(R"(, "n": 17)"), "n", "integer_above_max_value"},
      {k, chat(R"(, "logprobs": 5)"), "logprobs", "invalid_type"},
      {k, chat(R"(, "top_logprobs": 5)"), "top_logprobs", "invalid_value"},
      {k, chat(R"(, "logprobs": true, "top_logprobs": 21)"), "top_logprobs", "integer_above_max_value"},
      {k, chat(R"(, "tools": [{"type": "function"}])"), "tools", "unsupported_parameter"},
      {k, chat(R"(, "logit_bias": {"5": 1})"), "logit_bias", "unsupported_parameter"},
      {k, chat(R"(, "response_format": {"type": "xml"})"), "response_format", "invalid_value"},
      {k, chat(R"(, "response_format": "json")"), "response_format", "invalid_value"},
      {k, chat(R"(, "regex": "a+", "grammar": "root ::= \"a\"")"), "response_format", "invalid_value"},
      {t, R"({"model": "m"})", "prompt", "missing_required_parameter"},
      {t, R"({"model": "m", "prompt": 5})", "prompt", "invalid_type"},
      {t, R"({"model": "m", "prompt": []})", "prompt", "empty_array"},
      {t, R"({"model": "m", "prompt": ["a", 5]})", "prompt", "invalid_type"},
      {t, R"({"model": "m", "prompt": [5, "a"]})", "prompt", "invalid_type"},
      {t, R"({"model": "m", "prompt": [256]})", "prompt", "invalid_value"},
      {t, R"({"model": "m", "prompt": [-1]})", "prompt", "invalid_value"},
      {t, R"({"model": "m", "prompt": [[1], 2]})", "prompt", "invalid_type"},
      {t, R"({"model": "m", "prompt": ["a", "b"], "n": 9})", "n", "integer_above_max_value"},
      {t, R"({"model": "m", "prompt": "a", "echo": true})", "echo", "unsupported_parameter"},
      {t, R"({"model": "m", "prompt": "a", "best_of": 3})", "best_of", "unsupported_parameter"},
      {t, R"({"model": "m", "prompt": "a", "suffix": "b"})", "suffix", "unsupported_parameter"},
      {t, R"({"model": "m", "prompt": "a", "logprobs": 6})", "logprobs", "integer_above_max_value"},
  };
  for (const Case& c : cases) {
    INFO(c.body.substr(0, 200));
    const Refusal found = refusal(c.route, c.body);
    CHECK(found.status == 400);
    CHECK(found.param == c.param);
    CHECK(found.code == c.code);
  }
  CHECK(refusal(k, chat(R"(, "temperature": "hot")")).message == "'temperature' must be a number, not a string");
  CHECK(refusal(k, chat(R"(, "n": 17)")).message == "'n' is 17, it must be from 1 to 16");
}
