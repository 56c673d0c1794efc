// Random schedules: whatever is run together, cut, shared, guessed, preempted or cancelled, answers stay the same.
#include <fmt/format.h>

#include <random>

#include "support/catch.h"
#include "support/history_engine.h"

namespace llmops::infer {
namespace {

using test::HistoryEngine;
using test::Outcome;
using test::start;

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : random_(seed) {}
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  bool one_in(int count) { return below(count) == 0; }

 private:
  std::mt19937 random_;
};

/// Prompts of a few common beginnings, as system prompts are.
GenerateRequest random_request(Chance& chance, int longest_prompt, int longest_answer) {
  GenerateRequest request;
  const int length = 1 + chance.below(longest_prompt);
  const int stem = chance.below(3);
  for (int i = 0; i < length; ++i) request.prompt.push_back((stem * 17 + i * i) % 59);
  if (chance.one_in(2)) request.prompt.back() = chance.below(59);
  SamplingOptions& sampling = request.sampling;
  sampling.max_tokens = 1 + chance.below(longest_answer);
  sampling.seed = static_cast<std::uint64_t>(chance.below(1000));
  sampling.ignore_eos = chance.one_in(2);
  if (chance.one_in(2)) sampling.temperature = 0.2 + chance.below(10) * 0.1;
  if (chance.one_in(4)) sampling.top_k = 1 + chance.below(20);
  if (chance.one_in(4)) sampling.top_p = 0.3 + chance.below(7) * 0.1;
  if (chance.one_in(5)) sampling.min_p = 0.05;
  if (chance.one_in(5)) sampling.repetition_penalty = 1.2;
  if (chance.one_in(5)) sampling.frequency_penalty = 0.5;
  request.tenant = chance.one_in(4) ? "b" : "a";
  if (chance.one_in(3)) request.adapter = chance.below(3) - 1;
  return request;
}

EngineOptions random_options(Chance& chance) {
  EngineOptions options;
  options.threads = 1 + chance.below(2);
  options.max_batch = 1 + chance.below(9);
  options.step_tokens = chance.one_in(2) ? 1 + chance.below(40) : 512;
  options.cache_tokens = chance.one_in(3) ? 0 : 160 + chance.below(200);
  options.prefix_cache = !chance.one_in(3);
  options.prompt_lookup = chance.one_in(2) ? chance.below(7) : 0;
  options.draft_tokens = 1 + chance.below(8);
  return options;
}

/// How much a draft model knows, where there is one.
std::optional<int> random_draft(Chance& chance, const EngineOptions& options) {
  return options.prompt_lookup == 0 && chance.one_in(2) ? std::optional(chance.below(60)) : std::nullopt;
}

void wait_until_idle(const HistoryEngine& engine) {
  const auto held = [&] { return engine->stats().cache_usage + engine->stats().draft_cache_usage; };
  for (int i = 0; i < 2000 && held() != 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE(held() == 0);
}

}  // namespace

TEST_CASE("no schedule changes an answer", "[infer]") {
  EngineCounts all, drafted;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    Chance chance(seed);
    const EngineOptions options = random_options(chance);
    const HistoryEngine engine(options, 160, random_draft(chance, options), 120);
    for (int i = 0; i < 2; ++i) engine->add_adapter("");
    std::vector<GenerateRequest> requests;
    std::vector<std::pair<Engine::RequestId, std::future<Outcome>>> started;
    std::vector<bool> cancelled;
    for (int i = 0; i < 30; ++i) {
      requests.push_back(random_request(chance, 70, 60));
      started.push_back(start(*engine.engine, requests.back()));
      cancelled.push_back(chance.one_in(6));
      if (cancelled.back() && chance.one_in(2)) engine->cancel(started.back().first);
      if (chance.one_in(8)) std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    for (std::size_t i = 0; i < started.size(); ++i) {
      if (cancelled[i]) engine->cancel(started[i].first);
    }
    for (std::size_t i = 0; i < started.size(); ++i) {
      const Outcome outcome = started[i].second.get();
      const GenerateResult expected = test::expected_answer(requests[i], 160);
      INFO(fmt::format("seed {}, request {}", seed, i));
      REQUIRE(outcome.error == "");
      std::vector<TokenId> reached = expected.tokens;
      if (outcome.result.finish_reason == "cancelled") {
        REQUIRE(cancelled[i]);
        REQUIRE(outcome.result.tokens.size() <= reached.size());
        reached.resize(outcome.result.tokens.size());
      } else {
        REQUIRE(outcome.result.finish_reason == expected.finish_reason);
      }
      REQUIRE(outcome.result.tokens == reached);
    }
    wait_until_idle(engine);
    const EngineCounts counts = engine->stats().counts;
    all.preemptions += counts.preemptions;
    all.cached_tokens += counts.cached_tokens;
    (engine.draft == nullptr ? all : drafted).accepted_tokens += counts.accepted_tokens;
    (engine.draft == nullptr ? all : drafted).drafted_tokens += counts.drafted_tokens;
  }
  // The schedules met what they are here for.
  CHECK(all.preemptions > 20);
  CHECK(all.cached_tokens > 1000);
  CHECK(all.accepted_tokens > 100);
  CHECK(drafted.accepted_tokens > 1000);
  CHECK(drafted.accepted_tokens < drafted.drafted_tokens);
}

TEST_CASE("scores do not depend on what runs beside them, nor on the room there is", "[infer]") {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    Chance chance(seed);
    const EngineOptions options = random_options(chance);
    const HistoryEngine engine(options, 160, random_draft(chance, options), 120);
    for (int i = 0; i < 2; ++i) engine->add_adapter("");
    std::vector<std::vector<TokenId>> sequences;
    std::size_t rows = 0;
    for (int question = 0; question < 12; ++question) {
      std::vector<TokenId> context = random_request(chance, 100, 1).prompt;
      for (int choice = 0; choice < 4; ++choice) {
        sequences.push_back(context);
        for (int i = -1; i < chance.below(20); ++i) sequences.back().push_back(chance.below(60));
        rows += sequences.back().size() - 1;
      }
    }
    std::vector<GenerateRequest> requests;
    std::vector<std::future<Outcome>> answers;
    for (int i = 0; i < (seed % 2 == 0 ? 0 : 8); ++i) {
      requests.push_back(random_request(chance, 40, 60));
      answers.push_back(start(*engine.engine, requests.back()).second);
    }
    const auto scores = engine->score(sequences, {});
    REQUIRE(scores.size() == sequences.size());
    INFO("seed " << seed);
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      const std::vector<float> expected = test::expected_logprobs(sequences[i]);
      REQUIRE(scores[i].logprobs.size() == expected.size());
      for (std::size_t at = 0; at < expected.size(); ++at)
        REQUIRE(scores[i].logprobs[at] == Approx(expected[at]).margin(1e-5));
      REQUIRE(scores[i].greedy.size() == expected.size());
    }
    if (answers.empty() && options.cache_tokens == 0)
      CHECK(static_cast<std::size_t>(engine.decoder->tokens_run) < rows * 2 / 3);
    for (std::size_t i = 0; i < answers.size(); ++i)
      REQUIRE(answers[i].get().result.tokens == test::expected_answer(requests[i], 160).tokens);
    wait_until_idle(engine);
    CHECK(engine->score(sequences, {})[7].logprobs == scores[7].logprobs);  // to the last bit
  }
}

TEST_CASE("ten thousand requests, cancelled at random, leave no block behind", "[infer]") {
  Chance chance(1);
  EngineOptions options;
  options.max_batch = 12;
  options.cache_tokens = 400;
  const bool draft = GENERATE(false, true);
  options.prompt_lookup = draft ? 0 : 3;
  const HistoryEngine engine(options, 96, draft ? std::optional(30) : std::nullopt);
  for (int i = 0; i < 2; ++i) engine->add_adapter("");
  std::vector<std::future<Outcome>> futures;
  std::vector<Engine::RequestId> ids;
  for (int i = 0; i < 10000; ++i) {
    auto [id, future] = start(*engine.engine, random_request(chance, 40, 12));
    ids.push_back(id);
    futures.push_back(std::move(future));
    if (chance.one_in(2))
      engine->cancel(ids[ids.size() - 1 - static_cast<std::size_t>(chance.below(std::min(i + 1, 30)))]);
  }
  std::size_t cancelled = 0;
  for (auto& future : futures) {
    const Outcome outcome = future.get();
    REQUIRE(outcome.error == "");
    cancelled += outcome.result.finish_reason == "cancelled" ? 1 : 0;
  }
  CHECK(cancelled > 100);
  CHECK(cancelled < 9000);
  wait_until_idle(engine);
  CHECK(engine->stats().running + engine->stats().waiting == 0);
}

}  // namespace llmops::infer
