// The engine as its callers see it, on a real model of 260,000 parameters.
#include "infer/engine.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <thread>

#include "core/cancel.h"
#include "core/error.h"
#include "infer/open_engine.h"
#include "support/catch.h"
#include "support/sample_data.h"

namespace llmops::infer {
namespace {

namespace fs = std::filesystem;

const fs::path kModel = test::sample_data() / "models/stories260k";

/// The engine, or none, with a message, where the model is absent.
std::unique_ptr<Engine> stories(int max_batch = 16, int max_context = 0) {
  if (!fs::exists(kModel / "model.safetensors")) {
    WARN("skipped: no stories260k model beside the source folder");
    return nullptr;
  }
  EngineOptions options;
  options.model = kModel.string();
  options.max_batch = max_batch;
  options.max_context = max_context;
  return open_engine(options);
}

GenerateRequest ask(const Engine& engine, const std::string& text, int max_tokens) {
  GenerateRequest request;
  request.prompt = {*engine.tokenizer().bos_id()};
  for (const TokenId id : engine.tokenizer().encode(text, false)) request.prompt.push_back(id);
  request.sampling.max_tokens = max_tokens;
  return request;
}

std::string file_text(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("greedy text equals that of transformers", "[infer]") {
  const auto engine = stories();
  if (!engine) return;
  GenerateRequest request;
  request.prompt = {*engine->tokenizer().bos_id()};
  request.sampling.max_tokens = 199;
  const auto results = engine->generate({&request, 1});
  std::string expected = file_text(kModel / "greedy200.txt");
  while (expected.ends_with('\n')) expected.pop_back();
  std::string text = results[0].text;
  text.erase(0, text.find_first_not_of(' '));
  CHECK(text == expected.substr(expected.find_first_not_of(' ')));
}

TEST_CASE("a request's answer does not depend on its batch", "[infer]") {
  const auto engine = stories(8);
  const auto alone = stories(1);
  if (!engine) return;
  std::vector<GenerateRequest> requests;
  for (int i = 0; i < 24; ++i) {
    requests.push_back(ask(*engine, i % 2 == 0 ? "Once upon a time" : "Lily and her dog went to the", 20 + i));
    requests.back().sampling.temperature = i % 3 == 0 ? 0 : 0.8;
    requests.back().sampling.top_p = 0.9;
    requests.back().sampling.seed = 100 + i;
  }
  std::vector<std::size_t> told;
  const auto together = engine->generate(requests, [&](std::size_t done) { told.push_back(done); });
  CHECK(told.back() == 24);
  const auto single = alone->generate(requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    CHECK(together[i].text == single[i].text);
    CHECK(together[i].tokens == single[i].tokens);
  }
}

TEST_CASE("stop texts, end tokens and limits end an answer for the right reason", "[infer]") {
  const auto engine = stories();
  if (!engine) return;
  std::vector<GenerateRequest> requests(3, ask(*engine, "Once upon a time", 60));
  requests[1].sampling.stop = {" named", "never seen"};
  requests[2].sampling.max_tokens = 3;
  const auto results = engine->generate(requests);
  CHECK(results[0].finish_reason == "length");
  CHECK(results[0].tokens.size() == 60);
  REQUIRE(results[0].text.find(" named") != std::string::npos);
  CHECK(results[1].finish_reason == "stop");
  CHECK(results[1].text == results[0].text.substr(0, results[0].text.find(" named")));
  CHECK(engine->tokenizer().decode(results[1].tokens, true) == results[1].text);  // none of the stop text's
  CHECK(results[2].tokens.size() == 3);
  CHECK(results[0].first_token_s > 0);
  CHECK(results[0].total_s >= results[0].first_token_s);
}

TEST_CASE("the context ends an answer", "[infer]") {
  const auto engine = stories(4, 32);
  if (!engine) return;
  const GenerateRequest request = ask(*engine, "Once upon a time", 500);
  const auto results = engine->generate({&request, 1});
  CHECK(results[0].finish_reason == "length");
  CHECK(results[0].tokens.size() + request.prompt.size() == 32);
}

TEST_CASE("streamed text adds up to the answer", "[infer]") {
  const auto engine = stories();
  if (!engine) return;
  std::string streamed;
  int tokens = 0;
  std::vector<TokenId> ids;
  std::vector<float> logprobs;
  std::promise<GenerateResult> done;
  GenerateCallbacks callbacks;
  callbacks.on_token = [&](const std::string& text, std::span<const TokenLogprob> now) {
    streamed += text;
    ++tokens;
    for (const TokenLogprob& token : now) {
      ids.push_back(token.id);
      logprobs.push_back(token.logprob);
    }
  };
  callbacks.on_done = [&](const GenerateResult& result) { done.set_value(result); };
  GenerateRequest request = ask(*engine, "Tom had a", 40);
  request.sampling.top_logprobs = 0;
  engine->submit(request, callbacks);
  const GenerateResult result = done.get_future().get();
  CHECK(streamed == result.text);
  CHECK(tokens == 40);
  CHECK(ids == result.tokens);
  REQUIRE(logprobs.size() == result.logprobs.size());
  for (std::size_t i = 0; i < logprobs.size(); ++i) CHECK(logprobs[i] == result.logprobs[i].logprob);
}

TEST_CASE("a cancelled request ends at once and alone", "[infer]") {
  const auto engine = stories(2);
  if (!engine) return;
  std::promise<GenerateResult> first, second, queued;
  std::promise<void> started;
  std::atomic<bool> told = false;
  GenerateRequest request = ask(*engine, "Once upon a time", 400);
  request.sampling.ignore_eos = true;
  const auto into = [](std::promise<GenerateResult>& promise) {
    GenerateCallbacks callbacks;
    callbacks.on_done = [&promise](const GenerateResult& result) { promise.set_value(result); };
    return callbacks;
  };
  GenerateCallbacks watched = into(first);
  watched.on_token = [&](const std::string&, std::span<const TokenLogprob>) {
    if (!told.exchange(true)) started.set_value();
  };
  const auto id = engine->submit(request, watched);
  engine->submit(request, into(second));
  const auto waiting = engine->submit(request, into(queued));
  started.get_future().get();
  engine->cancel(waiting);
  engine->cancel(id);
  engine->cancel(987654);  // unknown: ignored
  CHECK(queued.get_future().get().finish_reason == "cancelled");
  const GenerateResult stopped = first.get_future().get();
  CHECK(stopped.finish_reason == "cancelled");
  CHECK(stopped.tokens.size() < 400);
  CHECK(second.get_future().get().tokens.size() == 400);
}

TEST_CASE("a callback that throws ends its own request only", "[infer]") {
  const auto engine = stories();
  if (!engine) return;
  std::promise<std::string> failed;
  std::promise<GenerateResult> fine;
  GenerateCallbacks bad, good;
  bad.on_token = [](const std::string&, std::span<const TokenLogprob>) {
    throw std::runtime_error("client went away");
  };
  bad.on_error = [&](const std::string& message) { failed.set_value(message); };
  good.on_done = [&](const GenerateResult& result) { fine.set_value(result); };
  engine->submit(ask(*engine, "Once", 10), bad);
  engine->submit(ask(*engine, "Once", 10), good);
  CHECK(failed.get_future().get() == "client went away");
  CHECK(fine.get_future().get().tokens.size() == 10);
}

TEST_CASE("scores are the log-probabilities that generation reports", "[infer]") {
  const auto engine = stories();
  if (!engine) return;
  GenerateRequest request = ask(*engine, "Once upon a time", 30);
  request.sampling.top_logprobs = 2;
  const auto result = engine->generate({&request, 1})[0];
  std::vector<TokenId> sequence = request.prompt;
  sequence.insert(sequence.end(), result.tokens.begin(), result.tokens.end());
  std::vector<std::vector<TokenId>> sequences(60, sequence);  // more than one pass
  sequences[1] = {sequence[0], sequence[1]};
  const auto scores = engine->score(sequences);
  REQUIRE(scores.size() == 60);
  CHECK(scores[1].logprobs.size() == 1);
  for (const std::size_t which : {0, 59}) {
    REQUIRE(scores[which].logprobs.size() == sequence.size() - 1);
    for (std::size_t i = 0; i < result.tokens.size(); ++i) {
      const std::size_t at = request.prompt.size() - 1 + i;
      CHECK(scores[which].logprobs[at] == Approx(result.logprobs[i].logprob).margin(1e-4));
      CHECK(scores[which].greedy[at]);
      CHECK(result.logprobs[i].top[0].first == result.tokens[i]);
    }
  }
}

TEST_CASE("requests that cannot run are refused with their reason", "[infer]") {
  const auto engine = stories(4, 16);
  if (!engine) return;
  CHECK_THROWS_WITH(engine->submit({}, {}), "prompt is empty");
  GenerateRequest request;
  request.prompt.assign(16, 5);
  CHECK_THROWS_WITH(engine->submit(request, {}), "prompt has 16 tokens, the context holds 16 with the answer");
  request.prompt = {5, 512};
  CHECK_THROWS_WITH(engine->submit(request, {}), "prompt has token 512, the vocabulary has 512");
  const std::vector<std::vector<TokenId>> short_sequence = {{1, 2}, {1}};
  CHECK_THROWS_WITH(engine->score(short_sequence), "sequence 1 has 1 tokens, expected 2 to 17");
}

TEST_CASE("Ctrl-C ends a batch as interrupted, and the engine can be closed", "[infer]") {
  const auto engine = stories(2);
  if (!engine) return;
  std::vector<GenerateRequest> requests(40, ask(*engine, "Once upon a time", 300));
  std::thread user([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    request_cancel();
  });
  CHECK_THROWS_AS(engine->generate(requests), Interrupted);
  user.join();
  clear_cancel();
}

TEST_CASE("closing the engine tells everyone who waits", "[infer]") {
  auto engine = stories(1);
  if (!engine) return;
  std::atomic<int> ended = 0;
  GenerateCallbacks callbacks;
  callbacks.on_done = [&](const GenerateResult& result) { ended += result.finish_reason == "cancelled"; };
  for (int i = 0; i < 5; ++i) engine->submit(ask(*engine, "Once upon a time", 400), callbacks);
  engine.reset();
  CHECK(ended == 5);
}

TEST_CASE("an engine that cannot open says why", "[infer]") {
  EngineOptions options;
  options.model = "/nonexistent/model";
  CHECK_THROWS_WITH(open_engine(options), "no model at '/nonexistent/model'");
  options.device = "cuda";
  CHECK_THROWS_AS(open_engine(options), UsageError);
}

}  // namespace llmops::infer
