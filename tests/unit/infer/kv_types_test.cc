// Keys and values in each form they are kept in, through small decoders with real weights: the form costs a little
// precision, and nothing else depends on it.
#include <fmt/format.h>

#include <cmath>
#include <random>
#include <thread>

#include "infer/open_engine.h"
#include "ops/isa.h"
#include "support/catch.h"
#include "support/decoder_goldens.h"
#include "support/history_engine.h"

namespace llmops::infer {
namespace {

EngineOptions tiny(const std::string& golden, const std::string& cache_dtype) {
  EngineOptions options;
  options.model = test::decoder_golden(golden).string();
  options.cache_dtype = cache_dtype;
  options.threads = 1;
  options.max_batch = 1;
  options.prefix_cache = false;
  return options;
}

/// Prompts of two common beginnings, greedy and drawn answers.
std::vector<GenerateRequest> requests(int vocabulary, int count) {
  std::vector<GenerateRequest> made;
  for (int i = 0; i < count; ++i) {
    GenerateRequest& request = made.emplace_back();
    const int length = 3 + i * 7 % 30;
    for (int at = 0; at < length; ++at) request.prompt.push_back((i % 2 * 11 + at * at) % vocabulary);
    if (i % 3 == 0) request.prompt.back() = (i * 5) % vocabulary;
    request.sampling.max_tokens = 10 + i % 5 * 6;
    request.sampling.ignore_eos = true;
    request.sampling.temperature = i % 4 == 0 ? 0.9 : 0;
    request.sampling.seed = static_cast<std::uint64_t>(i);
    request.sampling.top_logprobs = 0;
  }
  return made;
}

void wait_until_idle(const Engine& engine) {
  for (int i = 0; i < 2000 && engine.stats().cache_usage != 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE(engine.stats().cache_usage == 0);
  REQUIRE(engine.stats().running + engine.stats().waiting == 0);
}

/// A way to run the same requests.
struct Schedule {
  const char* name;
  int threads, max_batch;
  bool prefix_cache;
  std::int64_t cache_tokens;
  int step_tokens;
  int prompt_lookup;
};

constexpr Schedule kSchedules[] = {
    {"together", 1, 16, false, 0, 512, 0},
    {"two threads, shared beginnings", 2, 5, true, 0, 512, 0},
    {"steps of seven tokens", 2, 4, false, 0, 7, 0},
    {"little room", 1, 8, true, 80, 512, 0},
    {"guesses, little room, small steps", 2, 6, true, 96, 20, 4},
};

/// Of log-probabilities, in nats.
double mean_difference(const std::vector<SequenceScore>& a, const std::vector<SequenceScore>& b) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    REQUIRE(a[i].logprobs.size() == b[i].logprobs.size());
    for (std::size_t t = 0; t < a[i].logprobs.size(); ++t) {
      sum += std::abs(static_cast<double>(a[i].logprobs[t]) - b[i].logprobs[t]);
      ++count;
    }
  }
  return sum / static_cast<double>(count);
}

}  // namespace

TEST_CASE("no schedule changes an answer, in whatever form keys and values are kept", "[infer]") {
  const std::string golden = GENERATE("llama", "gemma2", "gpt2", "mixtral", "qwen3");
  const std::string form = GENERATE("int8", "f16", "f32");
  const auto alone = open_engine(tiny(golden, form));
  const auto asked = requests(alone->info().vocab_size, 12);
  const auto expected = alone->generate(asked);
  std::uint64_t preemptions = 0, cached = 0, accepted = 0;
  for (const Schedule& schedule : kSchedules) {
    EngineOptions options = tiny(golden, form);
    options.threads = schedule.threads;
    options.max_batch = schedule.max_batch;
    options.prefix_cache = schedule.prefix_cache;
    options.cache_tokens = schedule.cache_tokens;
    options.step_tokens = schedule.step_tokens;
    options.prompt_lookup = schedule.prompt_lookup;
    const auto engine = open_engine(options);
    INFO(golden << ", " << form << ": " << schedule.name);
    for (int round = 0; round < 2; ++round) {  // of which the second finds what the first has stored
      const auto answers = engine->generate(asked);
      for (std::size_t i = 0; i < asked.size(); ++i) {
        REQUIRE(answers[i].tokens == expected[i].tokens);
        for (std::size_t t = 0; t < expected[i].logprobs.size(); ++t)
          REQUIRE(answers[i].logprobs[t].logprob == expected[i].logprobs[t].logprob);  // to the last bit
      }
    }
    wait_until_idle(*engine);
    preemptions += engine->stats().counts.preemptions;
    cached += engine->stats().counts.cached_tokens;
    accepted += engine->stats().counts.accepted_tokens;
  }
  CHECK(preemptions > 0);
  CHECK(cached > 0);
  CHECK(accepted > 0);
}

// Random weights of 0.2 each exaggerate what rounding does; of a trained model tests/bench/perplexity_speed.py tells.
TEST_CASE("shorter keys and values change log-probabilities by little", "[infer]") {
  std::mt19937 random(1);
  for (const std::string golden : {"llama", "gemma2", "gpt2", "mixtral", "qwen3", "phi3"}) {
    const auto exact = open_engine(tiny(golden, "f32"));
    std::vector<std::vector<TokenId>> sequences(20, std::vector<TokenId>(48));
    for (auto& sequence : sequences) {
      for (TokenId& token : sequence) token = std::uniform_int_distribution(0, exact->info().vocab_size - 1)(random);
    }
    const auto expected = exact->score(sequences);
    const double half = mean_difference(open_engine(tiny(golden, "f16"))->score(sequences), expected);
    const double bytes = mean_difference(open_engine(tiny(golden, "int8"))->score(sequences), expected);
    INFO(golden << ": f16 " << half << ", int8 " << bytes);
    // Where prompts are multiplied in bfloat16, a change too small for float32 to matter can still flip how a value is
    // rounded there, which adds a few thousandths to either.
    const bool flips = ops::chosen_isa() == ops::Isa::kAvx512Bf16;
    CHECK(half > 0);
    CHECK(half < (flips ? 0.01 : 0.001));
    CHECK(bytes > (flips ? 1 : 4) * half);
    CHECK(bytes < 0.02);
  }
}

TEST_CASE("requests cancelled at random leave no block of 8-bit keys and values behind", "[infer]") {
  EngineOptions options = tiny("llama", "int8");
  options.threads = 2;
  options.max_batch = 12;
  options.cache_tokens = 300;
  options.prefix_cache = true;
  const auto engine = open_engine(options);
  const auto alone = open_engine(tiny("llama", "int8"));
  std::mt19937 random(5);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  const auto asked = requests(engine->info().vocab_size, 40);
  const auto expected = alone->generate(asked);
  std::vector<std::size_t> which;
  std::vector<Engine::RequestId> ids;
  std::vector<std::future<test::Outcome>> futures;
  for (std::size_t i = 0; i < 1000; ++i) {
    which.push_back(below(asked.size()));
    auto [id, future] = test::start(*engine, asked[which.back()]);
    ids.push_back(id);
    futures.push_back(std::move(future));
    if (below(2) == 0) engine->cancel(ids[ids.size() - 1 - below(std::min<std::size_t>(i + 1, 30))]);
  }
  std::size_t cancelled = 0;
  for (std::size_t i = 0; i < futures.size(); ++i) {
    const test::Outcome outcome = futures[i].get();
    REQUIRE(outcome.error == "");
    std::vector<TokenId> reached = expected[which[i]].tokens;
    if (outcome.result.finish_reason == "cancelled") {
      ++cancelled;
      reached.resize(std::min(reached.size(), outcome.result.tokens.size()));
    }
    REQUIRE(outcome.result.tokens == reached);
  }
  CHECK(cancelled > 50);
  CHECK(cancelled < 900);
  wait_until_idle(*engine);
}

}  // namespace llmops::infer
