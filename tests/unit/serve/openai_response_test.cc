// Answers and frames, byte for byte.
#include "serve/openai_response.h"

#include "fake_engine.h"
#include "serve/openai_logprobs.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::serve;

namespace {

AnswerHead head_of(Route route) { return {route, "id-1", 1700000000, "m", "", false}; }

}  // namespace

TEST_CASE("chat frames", "[serve]") {
  AnswerHead head = head_of(Route::kChat);
  const std::string start =
      R"(data: {"id":"id-1","object":"chat.completion.chunk","created":1700000000,"model":"m","system_fingerprint":null,)";
  CHECK(open_frame(head, 0) ==
        start +
            R"("choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]})"
            "\n\n");
  CHECK(text_frame(head, 1, "a\n\"\xC3\xA9") ==
        start +
            "\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\\n\\\"\xC3\xA9\"},\"logprobs\":null,\"finish_"
            "reason\":null}]}\n\n");
  CHECK(finish_frame(head, 0, "length") ==
        start + R"("choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}]})"
                "\n\n");
  head.include_usage = true;
  CHECK(text_frame(head, 0, "a") ==
        start + R"("choices":[{"index":0,"delta":{"content":"a"},"logprobs":null,"finish_reason":null}],"usage":null})"
                "\n\n");
  CHECK(usage_frame(head, {3, 4, 2}) ==
        start + R"("choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,)"
                R"("prompt_tokens_details":{"cached_tokens":2}}})"
                "\n\n");
  CHECK(std::string(kDoneFrame) == "data: [DONE]\n\n");
}

TEST_CASE("text frames have no role, and never raw bytes that are not UTF-8", "[serve]") {
  const AnswerHead head = head_of(Route::kText);
  const std::string start =
      R"(data: {"id":"id-1","object":"text_completion","created":1700000000,"model":"m","system_fingerprint":null,)";
  CHECK(open_frame(head, 0).empty());
  CHECK(text_frame(head, 0, "a") == start +
                                        R"("choices":[{"index":0,"text":"a","logprobs":null,"finish_reason":null}]})"
                                        "\n\n");
  CHECK(text_frame(head, 0, "\xE2\x82") ==
        start + "\"choices\":[{\"index\":0,\"text\":\"\xEF\xBF\xBD\",\"logprobs\":null,\"finish_reason\":null}]}\n\n");
}

TEST_CASE("whole answers", "[serve]") {
  CHECK(
      dump_json(whole_answer(head_of(Route::kChat), {{"hi", "stop", nullptr}}, {1, 2})) ==
      R"({"id":"id-1","object":"chat.completion","created":1700000000,"model":"m","system_fingerprint":null,)"
      R"("choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null},"logprobs":null,"finish_reason":"stop"}],)"
      R"("usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0}}})");
}

TEST_CASE("log-probabilities in both forms", "[serve]") {
  const testing::ByteTokenizer tokenizer;
  std::size_t offset = 0;
  const std::vector<infer::TokenLogprob> logprobs{{0xC3, -0.25F, {{'a', -1.0F}}}, {0xA9, -INFINITY, {}}, {'b', 0, {}}};
  CHECK(dump_json(logprobs_json(Route::kChat, logprobs, tokenizer, offset)) ==
        "{\"content\":[{\"token\":\"\xEF\xBF\xBD\",\"logprob\":-0.25,\"bytes\":[195],\"top_logprobs\":[{\"token\":"
        "\"a\",\"logprob\":-1.0,"
        "\"bytes\":[97]}]},{\"token\":\"\xEF\xBF\xBD\",\"logprob\":-9999.0,\"bytes\":[169],\"top_logprobs\":[]},"
        "{\"token\":\"b\",\"logprob\":0.0,\"bytes\":[98],\"top_logprobs\":[]}],\"refusal\":null}");
  const Json text = logprobs_json(Route::kText, logprobs, tokenizer, offset);
  CHECK(text["text_offset"] == Json::array({0, 1, 1}));
  CHECK(text["token_logprobs"] == Json::array({-0.25, -9999.0, 0.0}));
  CHECK(text["top_logprobs"][0]["a"] == -1.0);
}

TEST_CASE("identifiers have their route's prefix and do not repeat", "[serve]") {
  CHECK(new_answer_id(Route::kChat).starts_with("chatcmpl-"));
  CHECK(new_answer_id(Route::kText).size() == 5 + 24);
  CHECK(new_answer_id(Route::kChat) != new_answer_id(Route::kChat));
}
