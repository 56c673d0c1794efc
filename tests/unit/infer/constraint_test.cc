// Answers whose tokens something else has a say in.
#include "infer/token_constraint.h"

#include "core/error.h"
#include "support/catch.h"
#include "support/history_engine.h"

namespace llmops::infer {
namespace {

using test::HistoryDecoder;
using test::HistoryEngine;
using test::start;

/// Every token is one, two or three more than the last; the answer may end from its third token on, and has no token
/// to go on with after 50.
class Rising final : public TokenConstraint {
 public:
  void mask(std::span<std::uint32_t> bits) override {
    for (TokenId next = last_ + 1; next <= last_ + 3 && next <= 50; ++next)
      bits[static_cast<std::size_t>(next / 32)] |= 1U << (next % 32);
    bits[1] |= 1U << 28;  // the end token, which is none of its business
  }
  void accept(TokenId token) override {
    if (token <= last_ || token > last_ + 3) throw std::logic_error("a token that was not allowed");
    last_ = token;
    ++count_;
  }
  bool can_end() const override { return count_ >= 3; }
  std::unique_ptr<TokenConstraint> copy() const override { return std::make_unique<Rising>(*this); }

 private:
  TokenId last_ = 0;
  int count_ = 0;
};

class Nothing final : public TokenConstraint {
 public:
  void mask(std::span<std::uint32_t>) override {}
  void accept(TokenId) override {}
  bool can_end() const override { return false; }
};

class Broken final : public TokenConstraint {
 public:
  void mask(std::span<std::uint32_t>) override { throw InputError("the grammar is too deep"); }
  void accept(TokenId) override {}
  bool can_end() const override { return false; }
};

template <typename Constraint>
GenerateRequest constrained(bool ignore_eos) {
  GenerateRequest request;
  request.prompt = {1, 2, 3};
  request.sampling.max_tokens = 100;
  request.sampling.ignore_eos = ignore_eos;
  request.constraint = [] { return std::make_unique<Constraint>(); };
  return request;
}

}  // namespace

TEST_CASE("only allowed tokens come, and the answer ends where it may", "[infer]") {
  const HistoryEngine engine;
  GenerateRequest request = constrained<Rising>(false);
  bool ended_early = false;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    request.sampling.seed = seed;
    request.sampling.temperature = 1.5;
    const auto result = engine->generate({&request, 1}, {})[0];
    CHECK(result.finish_reason == "stop");
    REQUIRE(result.tokens.size() >= 3);
    TokenId last = 0;
    for (const TokenId token : result.tokens) {
      REQUIRE((token > last && token <= last + 3));
      last = token;
    }
    ended_early = ended_early || last < 50;
  }
  CHECK(ended_early);
}

TEST_CASE("an answer without an end token ends where nothing more is allowed", "[infer]") {
  const HistoryEngine engine;
  const GenerateRequest request = constrained<Rising>(true);
  const auto result = engine->generate({&request, 1}, {})[0];
  CHECK(result.finish_reason == "stop");
  CHECK(result.tokens.back() == 50);
}

TEST_CASE("neither guesses nor preemption ask a constraint twice", "[infer]") {
  EngineOptions options;
  options.cache_tokens = 64;
  options.max_batch = 5;
  options.prompt_lookup = 4;
  const HistoryEngine engine(options), plain;
  std::vector<GenerateRequest> requests(8, constrained<Rising>(true));
  for (std::size_t i = 0; i < requests.size(); ++i) {
    requests[i].prompt = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, static_cast<TokenId>(i)};
    requests[i].sampling.temperature = i % 2 == 0 ? 0 : 0.7;
  }
  const auto results = engine->generate(requests, {}), alone = plain->generate(requests, {});
  for (std::size_t i = 0; i < results.size(); ++i) CHECK(results[i].tokens == alone[i].tokens);
  CHECK(engine->stats().counts.preemptions > 0);
  CHECK(engine->stats().counts.accepted_tokens > 0);
}

TEST_CASE("a draft model guesses what the constraint allows, where it can be asked", "[infer]") {
  struct Uncopied final : TokenConstraint {
    void mask(std::span<std::uint32_t> bits) override { rising.mask(bits); }
    void accept(TokenId token) override { rising.accept(token); }
    bool can_end() const override { return rising.can_end(); }
    Rising rising;
  };
  const HistoryEngine plain;
  std::uint64_t held[2];
  for (const bool copied : {false, true}) {
    const HistoryEngine engine({}, 512, /*unlike=*/0);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      GenerateRequest request = copied ? constrained<Rising>(false) : constrained<Uncopied>(false);
      request.sampling.temperature = seed % 2 == 0 ? 0 : 1;
      request.sampling.seed = seed;
      CHECK(engine->generate({&request, 1}, {})[0].tokens == plain->generate({&request, 1}, {})[0].tokens);
    }
    while (engine->stats().cache_usage > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    held[copied ? 1 : 0] = engine->stats().counts.accepted_tokens;
    if (copied) CHECK(engine->stats().counts.accepted_tokens == engine->stats().counts.drafted_tokens);
  }
  CHECK(held[1] > 2 * held[0]);
}

TEST_CASE("a constraint that allows nothing, or fails, ends its request alone", "[infer]") {
  const HistoryEngine engine;
  auto fine = start(*engine.engine, constrained<Rising>(true)).second;
  auto nothing = start(*engine.engine, constrained<Nothing>(true)).second;
  auto broken = start(*engine.engine, constrained<Broken>(true)).second;
  CHECK(nothing.get().error == "the grammar allows no token here");
  CHECK(broken.get().error == "the grammar is too deep");
  CHECK(fine.get().result.finish_reason == "stop");
  GenerateRequest unmade = constrained<Rising>(true);
  unmade.constraint = []() -> std::unique_ptr<TokenConstraint> { throw InputError("no such grammar"); };
  CHECK_THROWS_WITH(engine->submit(unmade, {}), "no such grammar");
}

}  // namespace llmops::infer
