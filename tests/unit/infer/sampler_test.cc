// Choosing tokens: what each option does to the choice.
#include "infer/sampler.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "support/catch.h"

namespace llmops::infer {
namespace {

TokenLogprob sample_once(Sampler& sampler, std::vector<float> logits) { return sampler.sample(logits); }

std::map<TokenId, double> shares(const SamplingOptions& options, const std::vector<float>& logits, int draws = 20000) {
  Sampler sampler(options);
  std::map<TokenId, double> found;
  for (int i = 0; i < draws; ++i) found[sample_once(sampler, logits).id] += 1.0 / draws;
  return found;
}

const std::vector<float> kLogits = {std::log(0.1F), std::log(0.4F), std::log(0.2F), std::log(0.3F)};

}  // namespace

TEST_CASE("greedy takes the likeliest token, and the first of equals", "[infer]") {
  Sampler sampler({});
  CHECK(sample_once(sampler, kLogits).id == 1);
  CHECK(sample_once(sampler, {1, 3, 3, 2}).id == 1);
}

TEST_CASE("draws follow the probabilities, sharpened by the temperature", "[infer]") {
  SamplingOptions options;
  options.temperature = 1;
  const auto plain = shares(options, kLogits);
  CHECK(plain.at(0) == Approx(0.1).margin(0.01));
  CHECK(plain.at(1) == Approx(0.4).margin(0.01));
  options.temperature = 0.5;  // squares the probabilities: 1, 16, 4, 9 of 30
  const auto sharp = shares(options, kLogits);
  CHECK(sharp.at(1) == Approx(16.0 / 30).margin(0.01));
  CHECK(sharp.at(0) == Approx(1.0 / 30).margin(0.01));
}

TEST_CASE("top_k and top_p cut the tail", "[infer]") {
  SamplingOptions options;
  options.temperature = 1;
  options.top_k = 2;
  const auto two = shares(options, kLogits);
  CHECK(two.size() == 2);
  CHECK(two.at(3) == Approx(3.0 / 7).margin(0.012));
  options.top_k = 0;
  options.top_p = 0.65;  // 0.4 + 0.3 reach it
  CHECK(shares(options, kLogits).size() == 2);
  options.top_p = 0.75;
  const auto three = shares(options, kLogits);
  CHECK(three.size() == 3);
  CHECK(three.at(2) == Approx(2.0 / 9).margin(0.012));
}

TEST_CASE("top_p over a flat vocabulary keeps the right count", "[infer]") {
  SamplingOptions options;
  options.temperature = 1;
  options.top_p = 0.5;
  CHECK(shares(options, std::vector<float>(1000, 0.0F), 30000).size() == 500);
}

TEST_CASE("min_p leaves what is likely enough beside the likeliest", "[infer]") {
  SamplingOptions options;
  options.temperature = 1;
  options.min_p = 0.6;  // 0.4 and 0.3 of 0.4
  const auto two = shares(options, kLogits);
  CHECK(two.size() == 2);
  CHECK(two.at(3) == Approx(3.0 / 7).margin(0.012));
  options.min_p = 1;
  CHECK(shares(options, kLogits, 100).size() == 1);
  options.min_p = 0.4;
  options.top_k = 3;
  options.top_p = 0.7;  // of 0.9 that are left: 0.4 + 0.3 reach 0.63
  CHECK(shares(options, kLogits).size() == 2);
}

TEST_CASE("a nucleus of a large vocabulary is what sorting would give", "[infer]") {
  SamplingOptions options;
  options.temperature = 0.7;
  options.top_p = 0.8;
  std::vector<float> logits(20000);
  for (std::size_t i = 0; i < logits.size(); ++i) logits[i] = 4 / (1 + static_cast<float>((i * 7919) % 20000) / 400);
  std::vector<double> weights(logits.size());
  double total = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) total += weights[i] = std::exp((logits[i] - 4) / 0.7);
  std::vector<double> sorted = weights;
  std::sort(sorted.rbegin(), sorted.rend());
  double reached = 0;
  std::size_t count = 0;
  while (reached < 0.8 * total) reached += sorted[count++];
  const auto found = shares(options, logits, 2000);
  CHECK(found.size() > 50);
  for (const auto& [id, share] : found) CHECK(weights[static_cast<std::size_t>(id)] >= sorted[count - 1] * (1 - 1e-6));
}

TEST_CASE("the repetition penalty counts the prompt's tokens and the answer's", "[infer]") {
  SamplingOptions options;
  options.repetition_penalty = 2;
  const std::vector<TokenId> prompt = {0, 2, 0};
  Sampler sampler(options, prompt);
  CHECK(sample_once(sampler, {3, 2, -1, -1.5F}).id == 1);  // 1.5, 2, -2, -1.5
  CHECK(sample_once(sampler, {3, 2, -1, -1.5F}).id == 0);  // 1.5, 1, -2, -1.5
  CHECK(sample_once(sampler, {-4, -4, -1, -1.5F}).id == 3);
}

TEST_CASE("what is not allowed is never chosen", "[infer]") {
  for (const double temperature : {0.0, 1.0}) {
    for (const double top_p : {1.0, 0.99}) {
      SamplingOptions options;
      options.temperature = temperature;
      options.top_p = top_p;
      options.top_logprobs = 0;
      Sampler sampler(options);
      std::vector<float> logits(40, 0);
      logits[5] = 9;
      const std::vector<std::uint32_t> allowed = {1U << 3 | 1U << 31, 1U << 7};
      for (int i = 0; i < 200; ++i) {
        std::vector<float> row = logits;
        const TokenLogprob chosen = sampler.sample(row, allowed);
        REQUIRE((chosen.id == 3 || chosen.id == 31 || chosen.id == 39));
        REQUIRE(chosen.logprob == Approx(-std::log(39 + std::exp(9.0))));  // among all tokens
      }
      CHECK_THROWS_WITH(sampler.sample(logits, std::vector<std::uint32_t>{0, 0}), "the grammar allows no token here");
    }
  }
}

TEST_CASE("penalties count what was generated", "[infer]") {
  SamplingOptions options;
  options.frequency_penalty = 0.3;
  Sampler by_count(options);
  // Token 0 leads by 0.5: it loses its lead with its second appearance.
  CHECK(sample_once(by_count, {0.5F, 0}).id == 0);
  CHECK(sample_once(by_count, {0.5F, 0}).id == 0);
  CHECK(sample_once(by_count, {0.5F, 0}).id == 1);
  options.frequency_penalty = 0;
  options.presence_penalty = 0.6;
  Sampler by_presence(options);
  CHECK(sample_once(by_presence, {0.5F, 0}).id == 0);
  CHECK(sample_once(by_presence, {0.5F, 0}).id == 1);
  CHECK(sample_once(by_presence, {0.5F, 0}).id == 0);
}

TEST_CASE("log-probabilities are those of the model, before temperature and penalties", "[infer]") {
  SamplingOptions options;
  options.temperature = 0.1;
  options.presence_penalty = 2;
  options.top_logprobs = 2;
  Sampler sampler(options);
  for (int i = 0; i < 5; ++i) {
    const TokenLogprob chosen = sample_once(sampler, kLogits);
    CHECK(chosen.logprob == Approx(kLogits[chosen.id]));
    REQUIRE(chosen.top.size() == 2);
    CHECK(chosen.top[0].first == 1);
    CHECK(chosen.top[1].first == 3);
    CHECK(chosen.top[1].second == Approx(std::log(0.3)));
  }
}

TEST_CASE("one seed gives one sequence", "[infer]") {
  SamplingOptions options;
  options.temperature = 1;
  options.seed = 7;
  Sampler a(options), b(options);
  options.seed = 8;
  Sampler c(options);
  int differ = 0;
  for (int i = 0; i < 50; ++i) {
    const TokenId id = sample_once(a, kLogits).id;
    CHECK(id == sample_once(b, kLogits).id);
    differ += id != sample_once(c, kLogits).id;
  }
  CHECK(differ > 5);
}

TEST_CASE("logits that are not numbers are an error, not a choice", "[infer]") {
  Sampler greedy({});
  CHECK_THROWS_WITH(sample_once(greedy, {NAN, NAN}), "the model's logits are not finite numbers");
  SamplingOptions options;
  options.temperature = 1;
  Sampler drawing(options);
  CHECK_THROWS_AS(sample_once(drawing, {0, NAN}), InputError);
}

TEST_CASE("options outside their range are named", "[infer]") {
  SamplingOptions options;
  options.top_p = 0;
  CHECK_THROWS_WITH(check_sampling(options), "'top_p' is 0, expected above 0 and at most 1");
  options = {};
  options.max_tokens = 0;
  CHECK_THROWS_WITH(check_sampling(options), "'max_tokens' is 0, expected at least 1");
  options = {};
  options.min_p = 2;
  CHECK_THROWS_WITH(check_sampling(options), "'min_p' is 2, expected 0 to 1");
  options = {};
  options.repetition_penalty = 0;
  CHECK_THROWS_AS(check_sampling(options), InputError);
  options = {};
  options.stop = {""};
  CHECK_THROWS_AS(check_sampling(options), InputError);
}

}  // namespace llmops::infer
