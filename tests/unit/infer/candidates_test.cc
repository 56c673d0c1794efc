// Selections against sorting.
#include "infer/candidates.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "support/catch.h"

namespace llmops::infer {
namespace {

std::vector<text::TokenId> ids(const std::vector<Candidate>& candidates) {
  std::vector<text::TokenId> ids;
  for (const Candidate& one : candidates) ids.push_back(one.id);
  return ids;
}

/// All tokens, the likeliest first.
std::vector<text::TokenId> sorted(const std::vector<float>& logits) {
  std::vector<text::TokenId> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return logits[a] > logits[b]; });
  return order;
}

}  // namespace

TEST_CASE("the likeliest are those that sorting puts first, with ties and any count", "[infer]") {
  std::mt19937 random(2);
  for (int round = 0; round < 60; ++round) {
    std::vector<float> logits(1 + random() % 5000);
    const unsigned values = round % 3 == 0 ? 5 : 1000000;
    for (float& logit : logits) logit = static_cast<float>(random() % values);
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{1500}, logits.size()}) {
      std::vector<text::TokenId> expected = sorted(logits);
      expected.resize(std::min(count, expected.size()));
      std::sort(expected.begin(), expected.end());
      REQUIRE(ids(likeliest(logits, count)) == expected);
    }
  }
}

TEST_CASE("a nucleus is the shortest beginning of the sorted tokens that weighs enough", "[infer]") {
  std::mt19937 random(4);
  for (int round = 0; round < 300; ++round) {
    std::vector<float> logits(1 + random() % 400);
    for (float& logit : logits) logit = static_cast<float>(random() % (round % 2 == 0 ? 6 : 4096)) / 512;
    std::vector<Candidate> candidates = at_least(logits, -INFINITY);
    double total = 0;
    for (Candidate& one : candidates) total += one.weight = std::exp2(std::round(one.logit));  // sums are exact
    const double wanted = total * static_cast<double>(random() % 101) / 100;
    std::vector<text::TokenId> expected;
    double sum = 0;
    for (const text::TokenId id : sorted(logits)) {
      if (!expected.empty() && sum >= wanted) break;
      expected.push_back(id);
      sum += candidates[static_cast<std::size_t>(id)].weight;
    }
    std::sort(expected.begin(), expected.end());
    keep_nucleus(candidates, wanted);
    REQUIRE(ids(candidates) == expected);
  }
}

TEST_CASE("what is forbidden is never a candidate", "[infer]") {
  CHECK(ids(at_least(std::vector<float>{-INFINITY, 1, -INFINITY, 0}, -INFINITY)) == std::vector<text::TokenId>{1, 3});
  CHECK(at_least(std::vector<float>{1, 2}, 3).empty());
  std::vector<Candidate> none;
  keep_nucleus(none, 1);
  CHECK(none.empty());
}

}  // namespace llmops::infer
