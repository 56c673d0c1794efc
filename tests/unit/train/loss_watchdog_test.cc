// What counts as a step gone wrong.
#include "train/loss_watchdog.h"

#include <cmath>
#include <limits>

#include "support/catch.h"

using namespace llmops;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<double> losses(int count, double value) {
  return std::vector<double>(static_cast<std::size_t>(count), value);
}

}  // namespace

TEST_CASE("a loss or gradient that is not finite is always a problem", "[train]") {
  for (const double bad : {std::nan(""), kInf, -kInf}) {
    CHECK(train::problem_of_step(bad, 1, {}, 0) == "the loss is not finite");
    CHECK(train::problem_of_step(1, bad, {}, 0) == "the gradient is not finite");
  }
  CHECK(train::problem_of_step(1e9, 1e9, losses(20, 1), 0).empty());
}

TEST_CASE("a spike is a loss far above the median of the last ones", "[train]") {
  CHECK(train::problem_of_step(100, 1, losses(7, 1), 3).empty());  // too few to tell
  CHECK(train::problem_of_step(3, 1, losses(8, 1), 3).empty());
  CHECK(train::problem_of_step(3.001, 1, losses(8, 1), 3) ==
        "the loss 3.0010 is over 3 times the median 1.0000 of the last 8 steps");
  CHECK(train::problem_of_step(9, 1, {1, 1, 1, 1, 3, 3, 3, 3}, 5).empty());  // median 2
  CHECK_FALSE(train::problem_of_step(11, 1, {1, 1, 1, 1, 3, 3, 3, 3}, 5).empty());
  CHECK_FALSE(train::problem_of_step(11, 1, {3, 1, 9, 1, 2, 1, 3, 3, 1}, 5).empty());  // odd count, in any order: 2
}

TEST_CASE("the newest 32 losses are remembered", "[train]") {
  std::vector<double> recent;
  for (int i = 0; i < 40; ++i) train::remember_loss(recent, i);
  REQUIRE(recent.size() == 32);
  CHECK(recent.front() == 8);
  CHECK(recent.back() == 39);
}
