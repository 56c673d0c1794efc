// Which sequences share rows.
#include "infer/score_plan.h"

#include <algorithm>
#include <random>

#include "support/catch.h"

namespace llmops::infer {

TEST_CASE("choices of one question share its rows, and each is planned once", "[infer]") {
  const std::vector<std::vector<text::TokenId>> sequences = {
      {1, 2, 3, 4, 5, 6, 7}, {9, 8}, {1, 2, 3, 4, 5, 6, 8, 8}, {1, 2, 3, 4, 5, 6, 7}, {1, 2, 3}};
  const auto plan = plan_scores(sequences);
  REQUIRE(plan.size() == 5);
  CHECK(plan[0].sequence == 4);  // too short to give
  CHECK(plan[1].sequence == 0);
  CHECK(plan[1].shared == 0);
  CHECK(plan[1].sharers == 2);
  CHECK(plan[2].sequence == 3);
  CHECK(plan[2].shared == 6);  // all of them
  CHECK(plan[3].sequence == 2);
  CHECK(plan[3].shared == 5);  // row 5 is followed by another token
  CHECK(plan[3].donor == 1);
  CHECK(plan[4].sequence == 1);
  CHECK(plan_scores({}).empty());
}

TEST_CASE("sequences of different kinds share nothing", "[infer]") {
  const std::vector<std::vector<text::TokenId>> sequences(4, {1, 2, 3, 4, 5, 6, 7});
  const std::vector<std::int64_t> kinds = {0, 17, 0, 17};
  const auto plan = plan_scores(sequences, kinds);
  CHECK(plan[0].sequence == 0);
  CHECK(plan[1].sequence == 2);
  CHECK(plan[1].shared == 6);
  CHECK(plan[2].sequence == 1);
  CHECK(plan[2].shared == 0);
  CHECK(plan[3].donor == 2);
}

TEST_CASE("what is shared is the same in both, and a donor has it of its own", "[infer]") {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<text::TokenId>> sequences(1 + random() % 30);
    for (auto& sequence : sequences) {
      sequence.resize(2 + random() % 20);
      for (auto& token : sequence) token = static_cast<text::TokenId>(random() % 8 == 0);
    }
    const auto plan = plan_scores(sequences);
    std::vector<std::size_t> sharers(plan.size()), seen;
    for (std::size_t i = 0; i < plan.size(); ++i) {
      seen.push_back(plan[i].sequence);
      if (plan[i].shared == 0) continue;
      REQUIRE(plan[i].donor < i);
      const auto& mine = sequences[plan[i].sequence];
      const auto& theirs = sequences[plan[plan[i].donor].sequence];
      REQUIRE(std::min(mine.size(), theirs.size()) > plan[i].shared);
      REQUIRE(std::equal(mine.begin(), mine.begin() + static_cast<std::ptrdiff_t>(plan[i].shared) + 1, theirs.begin()));
      REQUIRE(plan[plan[i].donor].shared < plan[i].shared);
      ++sharers[plan[i].donor];
    }
    for (std::size_t i = 0; i < plan.size(); ++i) REQUIRE(plan[i].sharers == sharers[i]);
    std::sort(seen.begin(), seen.end());
    for (std::size_t i = 0; i < seen.size(); ++i) REQUIRE(seen[i] == i);
  }
}

}  // namespace llmops::infer
