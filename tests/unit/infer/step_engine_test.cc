// The engine's steps on a decoder that notices any token that is not where it belongs.
#include "infer/step_engine.h"

#include <algorithm>
#include <new>
#include <random>

#include "core/error.h"
#include "support/catch.h"
#include "support/history_engine.h"

namespace llmops::infer {
namespace {

using test::HistoryDecoder;
using test::HistoryEngine;
using test::Outcome;
using test::start;

GenerateRequest ask(std::vector<TokenId> prompt, int max_tokens) {
  GenerateRequest request;
  request.prompt = std::move(prompt);
  request.sampling.max_tokens = max_tokens;
  request.sampling.ignore_eos = true;
  return request;
}

std::vector<TokenId> letters(std::size_t count, TokenId first = 0) {
  std::vector<TokenId> tokens(count);
  for (std::size_t i = 0; i < count; ++i)
    tokens[i] = static_cast<TokenId>((static_cast<std::size_t>(first) + i * 3) % 59);
  return tokens;
}

/// All blocks are free again once the engine has taken note of the last request's end.
void check_nothing_held(const HistoryEngine& engine) {
  for (int i = 0; i < 1000 && engine->stats().cache_usage != 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(engine->stats().cache_usage == 0);
  CHECK(engine->stats().running == 0);
  CHECK(engine->stats().waiting == 0);
}

}  // namespace

TEST_CASE("an answer is what the decoder gives token by token", "[infer]") {
  const HistoryEngine engine;
  const GenerateRequest request = ask(letters(40), 200);
  const auto result = engine->generate({&request, 1}, {})[0];
  CHECK(result.tokens == test::expected_answer(request).tokens);
  CHECK(result.finish_reason == "length");
  CHECK(engine->info().context_length == 512);
  check_nothing_held(engine);
}

TEST_CASE("where blocks run out the latest waits, and answers stay the same", "[infer]") {
  EngineOptions options;
  options.cache_tokens = 160;
  options.max_batch = 6;
  options.prefix_cache = GENERATE(false, true);
  options.prompt_lookup = GENERATE(0, 5);
  const HistoryEngine engine(options);
  CHECK(engine->info().context_length == 160);
  std::vector<GenerateRequest> requests;
  for (TokenId i = 0; i < 12; ++i) requests.push_back(ask(letters(10, i), 100));
  const auto results = engine->generate(requests, {});
  for (std::size_t i = 0; i < requests.size(); ++i)
    CHECK(results[i].tokens == test::expected_answer(requests[i], 160).tokens);
  CHECK(engine->stats().counts.preemptions > 0);
  check_nothing_held(engine);
}

TEST_CASE("requests that begin alike share what is stored, within a tenant", "[infer]") {
  const HistoryEngine engine;
  GenerateRequest request = ask(letters(100), 4);
  const auto cached = [&] { return engine->generate({&request, 1}, {})[0].cached_tokens; };
  CHECK(cached() == 0);
  const auto before = engine.decoder->tokens_run.load();
  CHECK(cached() == 96);
  CHECK(engine.decoder->tokens_run.load() - before == 4 + 3);
  request.prompt[40] += 1;
  CHECK(cached() == 32);
  request.tenant = "other";
  CHECK(cached() == 0);
  CHECK(cached() == 96);
  CHECK(engine->stats().counts.cached_tokens == 96 + 32 + 96);
  check_nothing_held(engine);
}

// The decoder tells prompts apart: only of one that does not would the answer's blocks do for a prompt.
TEST_CASE("of a conversation the next turn finds what was its prompt before", "[infer]") {
  const HistoryEngine engine;
  GenerateRequest request = ask(letters(30), 40);
  const auto first = engine->generate({&request, 1}, {})[0];
  request.prompt.insert(request.prompt.end(), first.tokens.begin(), first.tokens.end());
  request.prompt.push_back(7);
  CHECK(engine->generate({&request, 1}, {})[0].cached_tokens == 16);
  CHECK(engine->generate({&request, 1}, {})[0].cached_tokens == 64);
}

TEST_CASE("without the prefix cache nothing is shared", "[infer]") {
  EngineOptions options;
  options.prefix_cache = false;
  const HistoryEngine engine(options);
  const GenerateRequest request = ask(letters(100), 4);
  for (int i = 0; i < 2; ++i) CHECK(engine->generate({&request, 1}, {})[0].cached_tokens == 0);
}

TEST_CASE("guesses that hold save steps, and change neither text nor log-probabilities", "[infer]") {
  EngineOptions options;
  options.prompt_lookup = 6;
  const HistoryEngine guessing(options), plain;
  GenerateRequest request = ask(letters(20), 400);
  request.sampling.top_logprobs = 1;
  request.sampling.temperature = GENERATE(0.0, 0.5, 1.0);
  request.sampling.seed = 3;
  const auto with = guessing->generate({&request, 1}, {})[0], without = plain->generate({&request, 1}, {})[0];
  CHECK(with.tokens == without.tokens);
  CHECK(with.tokens == test::expected_answer(request).tokens);
  REQUIRE(with.logprobs.size() == without.logprobs.size());
  for (std::size_t i = 0; i < with.logprobs.size(); ++i) CHECK(with.logprobs[i].logprob == without.logprobs[i].logprob);
  check_nothing_held(guessing);
  const EngineCounts counts = guessing->stats().counts;
  CHECK(counts.accepted_tokens > 0);
  CHECK(counts.accepted_tokens < counts.drafted_tokens);
  CHECK(guessing.decoder->steps < plain.decoder->steps);
  CHECK(guessing.decoder->steps + static_cast<std::int64_t>(counts.accepted_tokens) == plain.decoder->steps);
}

TEST_CASE("a cancelled request runs in no step after the next", "[infer]") {
  const HistoryEngine engine;
  std::promise<void> started;
  std::atomic<int> tokens = 0;
  GenerateCallbacks callbacks;
  std::atomic<int> at_cancel = 0;
  callbacks.on_token = [&](const std::string&, std::span<const TokenLogprob>) {
    if (++tokens == 5) started.set_value();
  };
  engine.decoder->before_step = [](std::size_t) { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
  auto [id, future] = start(*engine.engine, ask(letters(10), 400), callbacks);
  started.get_future().get();
  engine->cancel(id);
  at_cancel = tokens.load();
  const Outcome outcome = future.get();
  CHECK(outcome.result.finish_reason == "cancelled");
  CHECK(static_cast<int>(outcome.result.tokens.size()) <= at_cancel + 2);
  check_nothing_held(engine);
}

TEST_CASE("a step that fails ends those in it, and the engine lives on", "[infer]") {
  EngineOptions options;
  options.max_batch = 2;
  const HistoryEngine engine(options);
  std::atomic<int> failures = 1;
  const bool memory = GENERATE(false, true);
  engine.decoder->before_step = [&](std::size_t) {
    if (failures.fetch_sub(1) != 1) return;
    if (memory) throw std::bad_alloc();
    throw InputError("the step is broken");
  };
  std::vector<std::future<Outcome>> futures;
  for (TokenId i = 0; i < 5; ++i) futures.push_back(start(*engine.engine, ask(letters(20, i), 20)).second);
  int failed = 0;
  for (TokenId i = 0; i < 5; ++i) {
    const Outcome outcome = futures[static_cast<std::size_t>(i)].get();
    failed += outcome.error.empty() ? 0 : 1;
    if (outcome.error.empty()) {
      CHECK(outcome.result.tokens == test::expected_answer(ask(letters(20, i), 20)).tokens);
    } else {
      CHECK(outcome.error ==
            (memory ? "not enough memory for a step of the requests that ran together" : "the step is broken"));
    }
  }
  CHECK(failed >= 1);
  CHECK(failed <= 2);
  check_nothing_held(engine);
}

TEST_CASE("what a callback throws is its own request's error", "[infer]") {
  const HistoryEngine engine;
  GenerateCallbacks bad;
  bad.on_token = [](const std::string&, std::span<const TokenLogprob>) { throw std::runtime_error("client is gone"); };
  auto first = start(*engine.engine, ask(letters(5), 30), bad).second;
  auto second = start(*engine.engine, ask(letters(5), 30)).second;
  CHECK(first.get().error == "client is gone");
  CHECK(second.get().result.tokens.size() == 30);
  check_nothing_held(engine);
}

TEST_CASE("requests that never fit or make no sense are refused by name", "[infer]") {
  EngineOptions options;
  options.cache_tokens = 64;
  const HistoryEngine engine(options);
  CHECK_THROWS_WITH(engine->submit(ask({}, 5), {}), "prompt is empty");
  CHECK_THROWS_WITH(engine->submit(ask(letters(64), 5), {}),
                    "prompt has 64 tokens, the context holds 64 with the answer");
  CHECK_THROWS_WITH(engine->submit(ask({1, 61}, 5), {}), "prompt has token 61, the vocabulary has 61");
  CHECK_THROWS_WITH(engine->submit(ask({1, -1}, 5), {}), "prompt has token -1, the vocabulary has 61");
  const auto refused = [&](auto&& change) {
    GenerateRequest request = ask({1}, 5);
    change(request.sampling);
    CHECK_THROWS_AS(engine->submit(request, {}), InputError);
  };
  refused([](SamplingOptions& o) { o.temperature = NAN; });
  refused([](SamplingOptions& o) { o.temperature = -1; });
  refused([](SamplingOptions& o) { o.temperature = INFINITY; });
  refused([](SamplingOptions& o) { o.top_p = NAN; });
  refused([](SamplingOptions& o) { o.top_k = -1; });
  refused([](SamplingOptions& o) { o.min_p = 1.5; });
  refused([](SamplingOptions& o) { o.repetition_penalty = 0; });
  refused([](SamplingOptions& o) { o.repetition_penalty = INFINITY; });
  refused([](SamplingOptions& o) { o.presence_penalty = NAN; });
  refused([](SamplingOptions& o) { o.frequency_penalty = 1e300; });
  refused([](SamplingOptions& o) { o.max_tokens = 0; });
  GenerateRequest extreme = ask({1}, std::numeric_limits<int>::max());
  extreme.sampling.temperature = 1e-300;
  extreme.sampling.top_k = std::numeric_limits<int>::max();
  extreme.sampling.top_p = 1e-300;
  extreme.sampling.top_logprobs = std::numeric_limits<int>::max();
  extreme.sampling.frequency_penalty = 100;
  const auto result = engine->generate({&extreme, 1}, {})[0];
  CHECK(result.tokens.size() == 63);
  CHECK(result.logprobs[0].top.size() == 61);
  options.cache_tokens = 64;
  options.max_context = 128;
  CHECK_THROWS_AS(HistoryEngine(options), UsageError);
}

TEST_CASE("adapters run in one batch, and share nothing", "[infer]") {
  const HistoryEngine engine;
  CHECK(engine->add_adapter("one") == 0);
  CHECK(engine->add_adapter("two") == 1);
  std::vector<GenerateRequest> requests(4, ask(letters(50), 20));
  for (int i = 0; i < 3; ++i) requests[static_cast<std::size_t>(i)].adapter = i - 1;
  for (int round = 0; round < 2; ++round) {
    const auto results = engine->generate(requests, {});
    for (std::size_t i = 0; i < 4; ++i) CHECK(results[i].tokens == test::expected_answer(requests[i]).tokens);
    CHECK(results[0].tokens == results[3].tokens);
    CHECK(results[0].tokens != results[1].tokens);
    CHECK(results[1].cached_tokens == (round == 0 ? 0 : 48));
  }
  requests[0].adapter = 2;
  CHECK_THROWS_WITH(engine->submit(requests[0], {}), "there is no adapter 2, of 2");
}

TEST_CASE("closing the engine ends what runs and what waits as cancelled", "[infer]") {
  EngineOptions options;
  options.max_batch = 1;
  HistoryEngine engine(options);
  engine.decoder->before_step = [](std::size_t) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
  std::vector<std::future<Outcome>> futures;
  for (int i = 0; i < 5; ++i) futures.push_back(start(*engine.engine, ask(letters(5), 400)).second);
  engine.engine.reset();
  for (auto& future : futures) CHECK(future.get().result.finish_reason == "cancelled");
}

}  // namespace llmops::infer
