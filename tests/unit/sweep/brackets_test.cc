// Rungs of successive halving and Hyperband.
#include "sweep/brackets.h"

#include "support/catch.h"

using namespace llmops::sweep;

namespace {

std::vector<std::pair<int, int>> pairs(const Bracket& bracket) {
  std::vector<std::pair<int, int>> list;
  for (const Rung& rung : bracket) list.emplace_back(rung.trials, rung.steps);
  return list;
}

using Pairs = std::vector<std::pair<int, int>>;

}  // namespace

TEST_CASE("of eta trials one goes on for eta times the steps", "[sweep]") {
  CHECK(pairs(halving_bracket(27, {10, 270, 3})) == Pairs{{27, 10}, {9, 30}, {3, 90}, {1, 270}});
  CHECK(pairs(halving_bracket(10, {10, 100, 3})) == Pairs{{10, 10}, {3, 30}, {1, 90}, {1, 100}});
  CHECK(pairs(halving_bracket(2, {5, 20, 2})) == Pairs{{2, 5}, {1, 10}, {1, 20}});
  CHECK(pairs(halving_bracket(9, {10, 25, 2.5})) == Pairs{{9, 10}, {3, 25}});
}

TEST_CASE("Hyperband's brackets are those of its paper", "[sweep]") {
  const auto brackets = hyperband_brackets({1, 81, 3});  // Li et al., table 1
  REQUIRE(brackets.size() == 5);
  CHECK(pairs(brackets[0]) == Pairs{{81, 1}, {27, 3}, {9, 9}, {3, 27}, {1, 81}});
  CHECK(pairs(brackets[1]) == Pairs{{34, 3}, {11, 9}, {3, 27}, {1, 81}});
  CHECK(pairs(brackets[2]) == Pairs{{15, 9}, {5, 27}, {1, 81}});
  CHECK(pairs(brackets[3]) == Pairs{{8, 27}, {2, 81}});
  CHECK(pairs(brackets[4]) == Pairs{{5, 81}});
}
