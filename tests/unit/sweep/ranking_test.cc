// Fronts and orders of trials.
#include "sweep/ranking.h"

#include "support/catch.h"

using namespace llmops::sweep;

TEST_CASE("one metric orders trials, the earlier first among equals", "[sweep]") {
  CHECK(rank_trials({{3}, {1}, {2}, {1}}) == std::vector<std::size_t>{1, 3, 2, 0});
  CHECK(rank_trials({}).empty());
}

TEST_CASE("two metrics make fronts", "[sweep]") {
  const std::vector<Losses> trials = {{1, 5}, {2, 3}, {4, 1}, {3, 4}, {5, 5}, {2, 3}};
  CHECK(pareto_fronts(trials) == std::vector<std::size_t>{0, 0, 0, 1, 2, 0});
}

TEST_CASE("the ends of a front and those in sparse company come first", "[sweep]") {
  const std::vector<Losses> front = {{0, 10}, {1, 9}, {2, 8}, {6, 4}, {10, 0}};
  const auto ranked = rank_trials(front);
  CHECK(std::vector<std::size_t>(ranked.begin(), ranked.begin() + 3) == std::vector<std::size_t>{0, 4, 3});
}
