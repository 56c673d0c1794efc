// Choosing tokens: what each option does to the choice.
#include "infer/sampler.h"

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

TEST_CASE("top_p over a flat vocabulary larger than its first sorted front keeps the right count", "[infer]") {
  SamplingOptions options;
  options.temperature = 1;
  options.top_p = 0.5;
  CHECK(shares(options, std::vector<float>(1000, 0.0F), 30000).size() == 500);
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
  options.stop = {""};
  CHECK_THROWS_AS(check_sampling(options), InputError);
}

}  // namespace llmops::infer
