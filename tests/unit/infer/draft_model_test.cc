// A draft model changes no answer, and its guesses are those it would make by itself.
#include "infer/draft_model.h"

#include <cmath>
#include <thread>

#include "core/error.h"
#include "infer/bench_draft.h"
#include "infer/draft_pace.h"
#include "infer/open_engine.h"
#include "support/catch.h"
#include "support/decoder_goldens.h"
#include "support/history_engine.h"

namespace llmops::infer {
namespace {

using test::HistoryEngine;
using test::Outcome;
using test::start;

GenerateRequest ask(std::size_t prompt, int max_tokens, double temperature = 0) {
  GenerateRequest request;
  for (std::size_t i = 0; i < prompt; ++i) request.prompt.push_back(static_cast<TokenId>(i * 3 % 59));
  request.sampling.max_tokens = max_tokens;
  request.sampling.ignore_eos = true;
  request.sampling.temperature = temperature;
  return request;
}

/// Counts are published with that.
void check_nothing_held(const HistoryEngine& engine) {
  const auto held = [&] { return engine->stats().cache_usage + engine->stats().draft_cache_usage; };
  for (int i = 0; i < 1000 && held() != 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(engine->stats().cache_usage == 0);
  CHECK(engine->stats().draft_cache_usage == 0);
}

/// Counts of one request alone, by guessing and checking without engine and cache.
EngineCounts expected_counts(const GenerateRequest& request, int unlike, std::size_t most) {
  EngineCounts counts;
  Sampler sampler(request.sampling, request.prompt);
  std::vector<TokenId> tokens = request.prompt;
  const std::size_t end = tokens.size() + static_cast<std::size_t>(request.sampling.max_tokens);
  const auto choose = [&](Sampler& chooser, const std::vector<TokenId>& before, int unlike_now) {
    std::vector<float> logits = test::history_logits(before, request.prompt.size(), -1, unlike_now);
    return chooser.sample(logits).id;
  };
  tokens.push_back(choose(sampler, tokens, 0));  // of the step that reads the prompt
  DraftPace pace(most);
  while (tokens.size() < end) {
    const std::size_t wanted = std::min(pace.next(cost_of_check(1)), end - tokens.size() - 1);
    Sampler guesser = sampler.guesser();
    std::vector<TokenId> guessed = tokens;
    while (guessed.size() < tokens.size() + wanted) guessed.push_back(choose(guesser, guessed, unlike));
    std::size_t held = 0;
    bool right = true;
    while (right) {
      const std::size_t at = tokens.size();
      tokens.push_back(choose(sampler, tokens, 0));
      right = at < guessed.size() && guessed[at] == tokens.back();
      held += right ? 1 : 0;
    }
    pace.tell(wanted, held);
    counts.drafted_tokens += wanted;
    counts.accepted_tokens += held;
  }
  return counts;
}

}  // namespace

TEST_CASE("guesses of a draft model save steps, and change neither text nor log-probabilities", "[infer]") {
  EngineOptions options;
  options.draft_tokens = 6;
  const int unlike = GENERATE(0, 20, 100);
  const HistoryEngine guessing(options, 512, unlike), plain;
  GenerateRequest request = ask(20, 300, GENERATE(0.0, 0.5, 1.0));
  request.sampling.top_logprobs = 1;
  request.sampling.seed = 3;
  const auto with = guessing->generate({&request, 1}, {})[0], without = plain->generate({&request, 1}, {})[0];
  CHECK(with.tokens == without.tokens);
  REQUIRE(with.logprobs.size() == without.logprobs.size());
  for (std::size_t i = 0; i < with.logprobs.size(); ++i) CHECK(with.logprobs[i].logprob == without.logprobs[i].logprob);
  check_nothing_held(guessing);
  const EngineCounts counts = guessing->stats().counts;
  CHECK(counts.drafted_tokens > 0);
  if (unlike == 0) CHECK(counts.accepted_tokens == counts.drafted_tokens);
  if (unlike < 100) CHECK(counts.accepted_tokens > 60);
  CHECK(guessing.decoder->steps + static_cast<std::int64_t>(counts.accepted_tokens) == plain.decoder->steps);
}

TEST_CASE("after right and wrong guesses alike the draft model goes on from the text as it is", "[infer]") {
  for (const int unlike : {10, 40}) {
    for (const std::size_t prompt : {1, 15, 16, 17, 100}) {
      EngineOptions options;
      options.draft_tokens = 5;
      options.prefix_cache = prompt != 17;
      const HistoryEngine engine(options, 512, unlike);
      const GenerateRequest request = ask(prompt, 200, 0.8);  // drawn: no guess is dropped for its chance
      engine->generate({&request, 1}, {});
      check_nothing_held(engine);
      const EngineCounts counts = engine->stats().counts, expected = expected_counts(request, unlike, 5);
      INFO(unlike << " " << prompt);
      CHECK(counts.drafted_tokens == expected.drafted_tokens);
      CHECK(counts.accepted_tokens == expected.accepted_tokens);
      CHECK(expected.accepted_tokens < expected.drafted_tokens);
    }
  }
}

TEST_CASE("tokens come with the probabilities of the model, whatever is guessed", "[infer]") {
  // 12,000 answers of 4 tokens; of the second and third, which are guessed first, chi-square against what is exact.
  constexpr int kAnswers = 12000;
  constexpr std::size_t kV = test::HistoryDecoder::kVocabulary;
  EngineOptions options;
  options.max_batch = 2;  // of more at once none would be guessed
  options.draft_tokens = 2;
  const HistoryEngine engine(options, 64, /*unlike=*/50);
  const double temperature = 1;
  std::vector<GenerateRequest> requests(kAnswers, ask(5, 4, temperature));
  for (int i = 0; i < kAnswers; ++i)
    requests[static_cast<std::size_t>(i)].sampling.seed = static_cast<std::uint64_t>(i);
  const auto answers = engine->generate(requests, {});
  check_nothing_held(engine);
  CHECK(engine->stats().counts.accepted_tokens > kAnswers / 4);
  CHECK(engine->stats().counts.accepted_tokens < engine->stats().counts.drafted_tokens);

  const auto probabilities = [](std::span<const TokenId> tokens) {
    const std::vector<float> logits = test::history_logits(tokens, 5);
    std::vector<double> found;
    double sum = 0;
    for (const float logit : logits) sum += found.emplace_back(std::exp(static_cast<double>(logit)));
    for (double& one : found) one /= sum;
    return found;
  };
  std::vector<double> second(kV), third(kV);
  std::vector<TokenId> tokens = requests[0].prompt;
  const std::vector<double> of_first = probabilities(tokens);
  for (std::size_t a = 0; a < kV; ++a) {
    tokens.push_back(static_cast<TokenId>(a));
    const std::vector<double> of_second = probabilities(tokens);
    for (std::size_t b = 0; b < kV; ++b) {
      second[b] += of_first[a] * of_second[b];
      tokens.push_back(static_cast<TokenId>(b));
      const std::vector<double> of_third = probabilities(tokens);
      for (std::size_t c = 0; c < kV; ++c) third[c] += of_first[a] * of_second[b] * of_third[c];
      tokens.pop_back();
    }
    tokens.pop_back();
  }
  const auto chi_square = [&](const std::vector<double>& expected, std::size_t place) {
    std::vector<double> counts(kV);
    for (const GenerateResult& answer : answers) counts[static_cast<std::size_t>(answer.tokens[place])] += 1;
    double sum = 0;
    for (std::size_t i = 0; i < kV; ++i) {
      const double wanted = expected[i] * kAnswers;
      REQUIRE(wanted > 5);
      sum += (counts[i] - wanted) * (counts[i] - wanted) / wanted;
    }
    return sum;
  };
  // 60 degrees of freedom: above 99.6 in one of a thousand draws.
  CHECK(chi_square(second, 1) < 99.6);
  CHECK(chi_square(third, 2) < 99.6);
  std::vector<double> other = third;
  std::rotate(other.begin(), other.begin() + 1, other.end());
  CHECK(chi_square(other, 2) > 150);  // the test can tell
}

TEST_CASE("a draft model that can read less of a text guesses up to there", "[infer]") {
  EngineOptions options;
  options.draft_tokens = 4;
  const HistoryEngine engine(options, 512, /*unlike=*/0, /*draft_context=*/70);
  const GenerateRequest request = ask(40, 200, 0.5), longer = ask(100, 20);
  CHECK(engine->generate({&request, 1}, {})[0].tokens == test::expected_answer(request).tokens);
  check_nothing_held(engine);
  const auto drafted = engine->stats().counts.drafted_tokens;
  CHECK(drafted > 10);
  CHECK(drafted <= 31);
  CHECK(engine->generate({&longer, 1}, {})[0].tokens == test::expected_answer(longer).tokens);
  check_nothing_held(engine);
  CHECK(engine->stats().counts.drafted_tokens == drafted);
}

TEST_CASE("a long prompt is read by the draft model a piece a step", "[infer]") {
  EngineOptions options;
  options.step_tokens = 32;
  options.prefix_cache = false;
  const HistoryEngine engine(options, 512, /*unlike=*/0);
  std::atomic<std::size_t> most = 0;
  engine.draft->before_step = [&](std::size_t tokens) { most = std::max(most.load(), tokens); };
  std::vector<GenerateRequest> requests;
  for (std::size_t i = 0; i < 3; ++i) requests.push_back(ask(200 + i, 60));
  const auto results = engine->generate(requests, {});
  for (std::size_t i = 0; i < 3; ++i) CHECK(results[i].tokens == test::expected_answer(requests[i]).tokens);
  CHECK(most == 32);
  check_nothing_held(engine);
  CHECK(engine->stats().counts.accepted_tokens > 0);
}

TEST_CASE("what the draft model fails at is an error of those who guessed, and the engine lives on", "[infer]") {
  const HistoryEngine engine({}, 512, /*unlike=*/0);
  const bool memory = GENERATE(false, true);
  std::atomic<int> failures = 1;
  engine.draft->before_step = [&](std::size_t) {
    if (failures.fetch_sub(1) != 1) return;
    if (memory) throw std::bad_alloc();
    throw InputError("the step is broken");
  };
  auto first = start(*engine.engine, ask(10, 50)).second;
  CHECK(first.get().error == (memory ? "draft model: not enough memory for the requests that ran together"
                                     : "draft model: the step is broken"));
  CHECK(start(*engine.engine, ask(10, 50)).second.get().result.tokens == test::expected_answer(ask(10, 50)).tokens);
  check_nothing_held(engine);
}

TEST_CASE("guesses come of the text or of a draft model", "[infer]") {
  EngineOptions options;
  options.prompt_lookup = 3;
  CHECK_THROWS_WITH(HistoryEngine(options, 512, 0), "guesses come of the text or of a draft model, not of both");
}

TEST_CASE("small models of all kinds guess for each other, and text stays the same to the last bit", "[infer]") {
  EngineOptions options;
  options.model = test::decoder_golden(GENERATE("llama", "gemma2", "gpt2", "llama_longrope_long")).string();
  std::vector<GenerateRequest> requests;
  for (int i = 0; i < 6; ++i) {
    requests.push_back(ask(4 + 5 * static_cast<std::size_t>(i), 40, i % 2 == 0 ? 0 : 0.9));
    requests.back().sampling.seed = static_cast<std::uint64_t>(i);
    requests.back().sampling.top_logprobs = 0;
  }
  const auto plain = open_engine(options)->generate(requests);
  for (const std::string& draft : {options.model, test::decoder_golden("qwen3").string()}) {
    INFO(options.model << " " << draft);
    options.draft_model = draft;
    const auto engine = open_engine(options);
    const auto guessed = engine->generate(requests);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      CHECK(guessed[i].tokens == plain[i].tokens);
      REQUIRE(guessed[i].logprobs.size() == plain[i].logprobs.size());
      for (std::size_t t = 0; t < plain[i].logprobs.size(); ++t)
        CHECK(guessed[i].logprobs[t].logprob == plain[i].logprobs[t].logprob);
    }
    while (engine->stats().cache_usage > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const EngineCounts counts = engine->stats().counts;
    CHECK(counts.drafted_tokens > 0);
    if (draft == options.model) CHECK(counts.accepted_tokens == counts.drafted_tokens);
  }
}

TEST_CASE("guesses keep to a grammar as answers do", "[infer]") {
  const HistoryEngine engine({}, 512, /*unlike=*/30), plain;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    GenerateRequest request = ask(10, 60, seed % 2 == 0 ? 0 : 1);
    request.sampling.ignore_eos = false;
    request.sampling.seed = seed;
    request.grammar = grammar::GrammarSource{grammar::GrammarSource::Kind::kRegex, "([a-f]{3}0|[1-9]x){4,12}"};
    const auto guessed = engine->generate({&request, 1}, {})[0], alone = plain->generate({&request, 1}, {})[0];
    CHECK(guessed.text == alone.text);
    CHECK(guessed.finish_reason == alone.finish_reason);
  }
  check_nothing_held(engine);
  // Half of the letters follow from those before them.
  CHECK(engine->stats().counts.accepted_tokens * 2 > engine->stats().counts.drafted_tokens);
  CHECK(engine->stats().counts.accepted_tokens > 40);
}

TEST_CASE("what a draft model gains is measured on the same text", "[infer]") {
  BenchOptions options;
  options.engine.model = options.engine.draft_model =
      (std::filesystem::path(LLMOPS_SOURCE_DIR) / "tests/golden/tiny-chat").string();
  options.prompt = 20;
  options.generate = 30;
  options.repeats = 2;
  const DraftFigures figures = measure_draft(options);
  CHECK(figures.same_text);
  CHECK(figures.tok_s.values.size() == 2);
  CHECK(figures.plain_tok_s.median() > 0);
  CHECK(figures.accepted == figures.drafted);  // it is its own
  CHECK(figures.tokens_per_step >= 1);
  options.generate = 1;
  CHECK_THROWS_AS(measure_draft(options), UsageError);
}

TEST_CASE("a draft model with another vocabulary is refused by the first difference", "[infer]") {
  struct Renamed final : test::LetterTokenizer {
    std::string id_to_token(TokenId id) const override {
      return id == 7 ? "seven" : test::LetterTokenizer::id_to_token(id);
    }
  };
  struct Longer final : test::LetterTokenizer {
    std::string id_to_token(TokenId id) const override {
      return id > 60 ? extra : test::LetterTokenizer::id_to_token(id);
    }
    int vocab_size() const override { return 64; }
    std::string extra;
  };
  const test::LetterTokenizer letters;
  CHECK_NOTHROW(check_same_vocabulary("d", letters, letters));
  CHECK_THROWS_WITH(check_same_vocabulary("d", Renamed(), letters),
                    "draft model 'd' has 'seven' as token 7, the model '7'");
  Longer longer;
  longer.extra = "[PAD61]";
  CHECK_NOTHROW(check_same_vocabulary("d", longer, letters));
  CHECK_NOTHROW(check_same_vocabulary("d", letters, longer));
  longer.extra = "word";
  CHECK_THROWS_WITH(check_same_vocabulary("d", longer, letters),
                    "draft model 'd' has a vocabulary of 64, the model one of 61");
  CHECK_THROWS_WITH(check_same_vocabulary("d", letters, longer),
                    "draft model 'd' has a vocabulary of 61, the model one of 64");
  EngineOptions options;
  options.model = test::decoder_golden("llama").string();
  options.draft_model = "/nonexistent/draft";
  CHECK_THROWS_WITH(open_engine(options), "no draft model at '/nonexistent/draft'");
  options.draft_model = (std::filesystem::path(LLMOPS_SOURCE_DIR) / "tests/golden/tiny-chat").string();
  CHECK_THROWS_AS(open_engine(options), InputError);
}

}  // namespace llmops::infer
