// The API over a real socket and a scripted engine: streams, refusals, queue, keys, clients that leave, draining.
#include "serve/api_server.h"

#include "fake_engine.h"
#include "raw_client.h"
#include "serve/http_server.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::serve;
using namespace llmops::serve::testing;
using namespace std::chrono_literals;

namespace {

ApiOptions test_options() {
  ApiOptions options;
  options.model_names = {"tiny"};
  options.run_id = "r-test";
  options.model_sha256 = "0123456789abcdef";
  return options;
}

struct Fixture {
  explicit Fixture(std::string script, ApiOptions options = test_options(), std::chrono::milliseconds step = 1ms)
      : engine(std::move(script), step),
        api(std::move(options), engine,
            [this](registry::ServedRequest request) {
              const std::lock_guard lock(mutex);
              records.push_back(std::move(request));
            }),
        http(
            HttpOptions(),
            [this](IncomingRequest request, const std::shared_ptr<ReplyWriter>& writer) {
              api.handle(std::move(request), writer);
            },
            error_body) {}
  ~Fixture() {
    http.stop();
    api.wait_until_recorded(5s);
  }

  std::string ask(const std::string& bytes) {
    RawClient client(http.port());
    client.send(bytes);
    return client.read_reply();
  }
  std::vector<registry::ServedRequest> wait_for_records(std::size_t count) {
    for (int i = 0; i < 500; ++i) {
      {
        const std::lock_guard lock(mutex);
        if (records.size() >= count) return records;
      }
      std::this_thread::sleep_for(10ms);
    }
    return {};
  }

  std::mutex mutex;
  std::vector<registry::ServedRequest> records;
  FakeEngine engine;
  ApiServer api;
  HttpServer http;
};

const std::string kPrompt = R"({"model": "tiny", "prompt": "abcd", "max_tokens": 100)";

template <typename Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(10ms);
  return condition();
}

}  // namespace

TEST_CASE("a text completion is answered, counted and recorded", "[serve]") {
  Fixture server("hello");
  const std::string reply = server.ask(post("/v1/completions", kPrompt + R"(, "seed": 7, "temperature": 0.5})"));
  REQUIRE(status_of(reply) == 200);
  const Json body = Json::parse(body_of(reply));
  CHECK(body["object"] == "text_completion");
  CHECK(body["model"] == "tiny");
  CHECK(body["system_fingerprint"] == "fp_0123456789ab");
  CHECK(body["choices"][0]["text"] == "hello");
  CHECK(body["choices"][0]["finish_reason"] == "stop");
  CHECK(body["usage"]["prompt_tokens"] == 4);
  CHECK(body["usage"]["completion_tokens"] == 5);
  CHECK(body["usage"]["total_tokens"] == 9);
  CHECK(body["usage"]["prompt_tokens_details"]["cached_tokens"] == 3);
  CHECK(server.engine.last_request().sampling.seed == 7);
  CHECK(server.engine.last_request().sampling.temperature == 0.5);
  const auto records = server.wait_for_records(1);
  REQUIRE(records.size() == 1);
  CHECK(records[0].id == body["id"]);
  CHECK(records[0].run_id == "r-test");
  CHECK(records[0].route == "/v1/completions");
  CHECK(records[0].model_sha256 == "0123456789abcdef");
  CHECK(records[0].status == 200);
  CHECK(records[0].finish_reason == "stop");
  CHECK(records[0].prompt_tokens == 4);
  CHECK(records[0].completion_tokens == 5);
  CHECK_FALSE(records[0].streamed);
  CHECK(records[0].first_token_ms > 0);
  CHECK(records[0].latency_ms >= records[0].first_token_ms);
  CHECK(records[0].request["seed"] == 7);
  CHECK(records[0].response == "hello");
}

TEST_CASE("max_tokens ends an answer with length, n gives several choices with their own seeds", "[serve]") {
  Fixture server("hello");
  const Json body = Json::parse(body_of(server.ask(
      post("/v1/completions", R"({"model": "tiny", "prompt": ["ab", "c"], "max_tokens": 3, "n": 2, "seed": 1})"))));
  REQUIRE(body["choices"].size() == 4);
  for (int i = 0; i < 4; ++i) {
    CHECK(body["choices"][i]["index"] == i);
    CHECK(body["choices"][i]["text"] == "hel");
    CHECK(body["choices"][i]["finish_reason"] == "length");
  }
  CHECK(body["usage"]["prompt_tokens"] == 3);
  CHECK(body["usage"]["completion_tokens"] == 12);
  CHECK(body["usage"]["prompt_tokens_details"]["cached_tokens"] == 1);  // each prompt once
  CHECK(server.engine.last_request().sampling.seed == 2);
  CHECK(server.wait_for_records(1).at(0).response == R"(["hel","hel","hel","hel"])");
}

TEST_CASE("a stream never cuts a character in two, and ends with usage and DONE", "[serve]") {
  Fixture server("h\xC3\xA9\xE2\x82\xAC!");
  RawClient client(server.http.port());
  client.send(post("/v1/completions", kPrompt + R"(, "stream": true, "stream_options": {"include_usage": true}})"));
  const std::string reply = client.read_until("0\r\n\r\n");
  CHECK(reply.find("Content-Type: text/event-stream") != std::string::npos);
  std::string text;
  std::vector<Json> frames;
  for (std::size_t at = reply.find("data: "); at != std::string::npos; at = reply.find("data: ", at + 1)) {
    const std::string data = reply.substr(at + 6, reply.find("\n\n", at) - at - 6);
    if (data == "[DONE]") continue;
    frames.push_back(Json::parse(data));  // throws for text that is not UTF-8
    for (const auto& choice : frames.back()["choices"]) text += choice["text"].get<std::string>();
  }
  CHECK(text == "h\xC3\xA9\xE2\x82\xAC!");
  REQUIRE(frames.size() == 6);
  CHECK(frames[0]["usage"].is_null());
  CHECK(frames[4]["choices"][0]["finish_reason"] == "stop");
  CHECK(frames[5]["choices"].empty());
  CHECK(frames[5]["usage"]["completion_tokens"] == 7);
  CHECK(frames[5]["usage"]["prompt_tokens_details"]["cached_tokens"] == 3);
  CHECK(reply.find("data: [DONE]\n\n") != std::string::npos);
  CHECK(server.wait_for_records(1).at(0).streamed);
  client.send(get("/health"));  // the connection goes on
  CHECK(status_of(client.read_reply()) == 200);
}

TEST_CASE("two requests at once are both answered, and only the one that left is cancelled", "[serve]") {
  Fixture server(std::string(60, 'x'), test_options(), 10ms);
  RawClient stays(server.http.port());
  RawClient leaves(server.http.port());
  RawClient leaves_whole(server.http.port());
  stays.send(post("/v1/completions", kPrompt + "}"));
  leaves.send(post("/v1/completions", kPrompt + R"(, "stream": true})"));
  leaves_whole.send(post("/v1/completions", kPrompt + "}"));
  leaves.read_until("data: ");
  REQUIRE(eventually([&] { return server.engine.active() == 3; }));
  const auto left_at = std::chrono::steady_clock::now();
  leaves.leave();
  leaves_whole.leave();
  REQUIRE(eventually([&] { return server.engine.cancelled_count == 2; }));
  CHECK(std::chrono::steady_clock::now() - left_at < 300ms);
  CHECK(server.engine.active() == 1);
  CHECK(Json::parse(body_of(stays.read_reply()))["choices"][0]["text"] == std::string(60, 'x'));
  const auto records = server.wait_for_records(3);
  REQUIRE(records.size() == 3);
  CHECK(records[0].status == 499);
  CHECK(records[0].finish_reason == "cancelled");
  CHECK(records[0].completion_tokens < 60);
  CHECK(records[1].status == 499);
  CHECK(records[2].status == 200);
  CHECK(server.api.totals().cancelled == 2);
}

TEST_CASE("a client that leaves while queued frees its place", "[serve]") {
  ApiOptions options = test_options();
  options.queue.max_waiting = 1;
  Fixture server("hi", options);
  server.engine.hold(true);
  RawClient queued(server.http.port());
  queued.send(post("/v1/completions", kPrompt + "}"));
  REQUIRE(eventually([&] { return server.engine.active() == 1; }));
  const std::string full = server.ask(post("/v1/completions", kPrompt + "}"));
  CHECK(status_of(full) == 429);
  CHECK(full.find("Retry-After: 1\r\n") != std::string::npos);
  CHECK(Json::parse(body_of(full))["error"]["code"] == "queue_full");
  queued.leave();
  REQUIRE(eventually([&] { return server.engine.active() == 0; }));
  server.engine.hold(false);
  CHECK(status_of(server.ask(post("/v1/completions", kPrompt + "}"))) == 200);
  const auto records = server.wait_for_records(3);
  REQUIRE(records.size() == 3);
  CHECK(records[0].status == 429);
}

TEST_CASE("the queue is bounded by prompt tokens too, but takes any one request", "[serve]") {
  ApiOptions options = test_options();
  options.queue.max_prefill_tokens = 6;
  Fixture server("hi", options);
  server.engine.hold(true);
  RawClient first(server.http.port());
  first.send(post("/v1/completions", R"({"model": "tiny", "prompt": "a long prompt", "max_tokens": 2})"));
  REQUIRE(eventually([&] { return server.engine.active() == 1; }));
  CHECK(status_of(server.ask(post("/v1/completions", kPrompt + "}"))) == 429);
  server.engine.hold(false);
  CHECK(status_of(first.read_reply()) == 200);
}

TEST_CASE("an engine's failure is a 500 before the stream and an error frame within", "[serve]") {
  Fixture server("hello");
  server.engine.fail_next("out of cache");
  const std::string whole = server.ask(post("/v1/completions", kPrompt + "}"));
  CHECK(status_of(whole) == 500);
  CHECK(Json::parse(body_of(whole))["error"]["message"] == "out of cache");
  server.engine.fail_next("out of cache");
  CHECK(status_of(server.ask(post("/v1/completions", kPrompt + R"(, "stream": true})"))) == 500);
  CHECK(server.wait_for_records(2).at(1).error == "out of cache");
}

TEST_CASE("a request without memory fails alone and leaves the queue", "[serve]") {
  ApiOptions options = test_options();
  options.queue.max_waiting = 1;
  Fixture server("hello", options);
  for (int i = 0; i < 3; ++i) {
    server.engine.out_of_memory = true;
    const std::string reply = server.ask(post("/v1/completions", kPrompt + "}"));
    CHECK(status_of(reply) == 500);
    CHECK(Json::parse(body_of(reply))["error"]["message"] == "not enough memory for this request");
  }
  CHECK(status_of(server.ask(post("/v1/completions", kPrompt + "}"))) == 200);
  CHECK(server.wait_for_records(4).size() == 4);
}

TEST_CASE("routes, methods and media types", "[serve]") {
  Fixture server("hi");
  CHECK(Json::parse(body_of(server.ask(get("/health"))))["status"] == "ok");
  const Json models = Json::parse(body_of(server.ask(get("/v1/models"))));
  CHECK(models["object"] == "list");
  CHECK(models["data"][0]["id"] == "tiny");
  CHECK(models["data"][0]["max_model_len"] == 512);
  CHECK(Json::parse(body_of(server.ask(get("/v1/models/tin%79"))))["id"] == "tiny");
  const std::string missing = server.ask(get("/v1/models/big"));
  CHECK(status_of(missing) == 404);
  CHECK(Json::parse(body_of(missing))["error"]["code"] == "model_not_found");
  CHECK(status_of(server.ask(get("/v1/nothing"))) == 404);
  const std::string method = server.ask(get("/v1/chat/completions"));
  CHECK(status_of(method) == 405);
  CHECK(method.find("Allow: POST\r\n") != std::string::npos);
  CHECK(status_of(server.ask(
            "POST /v1/completions HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}")) == 415);
  const std::string other = server.ask(post("/v1/completions", R"({"model": "big", "prompt": "a"})"));
  CHECK(status_of(other) == 404);
  CHECK(Json::parse(body_of(other))["error"]["param"] == "model");
  CHECK(server.wait_for_records(1).at(0).status == 404);
  const std::string no_template =
      server.ask(post("/v1/chat/completions", R"({"model": "tiny", "messages": [{"role": "user", "content": "a"}]})"));
  CHECK(Json::parse(body_of(no_template))["error"]["code"] == "no_chat_template");
  const std::string long_prompt = server.ask(
      post("/v1/completions", R"({"model": "tiny", "max_tokens": 1, "prompt": ")" + std::string(512, 'a') + "\"}"));
  CHECK(status_of(long_prompt) == 400);
  CHECK(Json::parse(body_of(long_prompt))["error"]["code"] == "context_length_exceeded");
}

TEST_CASE("every route but health needs the key, other origins and hosts are refused", "[serve]") {
  ApiOptions options = test_options();
  options.keys = ApiKeys({"secret-1", "secret-2"});
  Fixture server("hi", options);
  CHECK(status_of(server.ask(get("/health"))) == 200);
  for (const char* path : {"/v1/models", "/v1/models/tiny", "/metrics", "/elsewhere"})
    CHECK(status_of(server.ask(get(path))) == 401);
  CHECK(status_of(server.ask(post("/v1/completions", kPrompt + "}"))) == 401);
  CHECK(status_of(server.ask(get("/v1/models", "Authorization: Bearer secret-3\r\n"))) == 401);
  CHECK(status_of(server.ask(get("/v1/models", "Authorization: Bearer secret-\r\n"))) == 401);
  CHECK(status_of(server.ask(get("/v1/models", "Authorization: Bearer secret-2\r\n"))) == 200);
  CHECK(status_of(server.ask(get("/v1/models", "authorization: bearer secret-1\r\n"))) == 200);
  const auto tenant = [&](const std::string& key) {
    CHECK(status_of(server.ask(post("/v1/completions", kPrompt + "}", "Authorization: Bearer " + key + "\r\n"))) ==
          200);
    return server.engine.last_request().tenant;
  };
  CHECK(tenant("secret-1") != tenant("secret-2"));
  CHECK(status_of(server.ask(get("/health", "Origin: https://evil.example\r\n"))) == 403);
  CHECK(status_of(server.ask(get("/health", "Origin: null\r\n"))) == 403);
  CHECK(status_of(server.ask(get("/health", "Origin: http://localhost\r\n"))) == 200);
  CHECK(status_of(server.ask("GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n")) == 403);
}

TEST_CASE("draining lets running answers finish and refuses new ones", "[serve]") {
  Fixture server(std::string(30, 'x'), test_options(), 10ms);
  RawClient running(server.http.port());
  running.send(post("/v1/completions", kPrompt + "}"));
  RawClient kept(server.http.port());
  REQUIRE(eventually([&] { return server.engine.active() == 1; }));
  server.api.start_draining();
  kept.send(post("/v1/completions", kPrompt + "}"));
  CHECK(status_of(kept.read_reply()) == 503);
  server.http.stop_accepting();
  CHECK(status_of(running.read_reply()) == 200);
  CHECK(server.http.wait_until_idle(2s));
}

TEST_CASE("what outlasts the drain is cut off with a 503, in a stream with an error frame", "[serve]") {
  Fixture server(std::string(400, 'x'), test_options(), 20ms);
  RawClient whole(server.http.port());
  RawClient stream(server.http.port());
  const std::string endless = R"({"model": "tiny", "prompt": "ab", "max_tokens": 500)";
  whole.send(post("/v1/completions", endless + "}"));
  stream.send(post("/v1/completions", endless + R"(, "stream": true})"));
  stream.read_until("data: ");
  REQUIRE(eventually([&] { return server.engine.active() == 2; }));
  server.api.cancel_all();
  CHECK(status_of(whole.read_reply()) == 503);
  CHECK(stream.read_until("[DONE]").find(R"("error":{"message":"the request was cancelled)") != std::string::npos);
  const auto records = server.wait_for_records(2);
  REQUIRE(records.size() == 2);
  CHECK(records[0].status == 503);
  CHECK(records[1].status == 503);
}

TEST_CASE("metrics show what was served under vLLM's names", "[serve]") {
  Fixture server("hello");
  server.ask(post("/v1/completions", kPrompt + "}"));
  server.wait_for_records(1);
  const std::string text = body_of(server.ask(get("/metrics")));
  for (const char* line :
       {"# TYPE llmops:time_to_first_token_seconds histogram",
        "llmops:time_to_first_token_seconds_count{model_name=\"tiny\"} 1",
        "llmops:time_per_output_token_seconds_count{model_name=\"tiny\"} 4",
        "llmops:e2e_request_latency_seconds_count{model_name=\"tiny\"} 1",
        "llmops:num_requests_running{model_name=\"tiny\"} 0", "llmops:num_requests_waiting{model_name=\"tiny\"} 0",
        "llmops:kv_cache_usage_perc{model_name=\"tiny\"} 0.25", "llmops:prompt_tokens_total{model_name=\"tiny\"} 4",
        "llmops:generation_tokens_total{model_name=\"tiny\"} 5",
        "llmops:request_success_total{finished_reason=\"stop\",model_name=\"tiny\"} 1"}) {
    INFO(line);
    CHECK(text.find(std::string(line) + "\n") != std::string::npos);
  }
}
