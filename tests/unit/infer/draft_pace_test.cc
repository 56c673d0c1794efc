// How many guesses are made.
#include "infer/draft_pace.h"

#include "support/catch.h"

namespace llmops::infer {

TEST_CASE("more tokens are guessed while guesses hold, none while they fail, and one now and then", "[infer]") {
  DraftPace pace(8);
  const std::size_t first = pace.next(0.2);
  CHECK(first > 1);
  for (int i = 0; i < 20; ++i) pace.tell(8, 8);
  CHECK(pace.next(0.2) == 8);
  for (int i = 0; i < 60; ++i) pace.tell(8, 0);
  std::size_t guesses = 0;
  for (int i = 0; i < 80; ++i) {
    const std::size_t now = pace.next(0.2);
    CHECK(now <= 1);
    guesses += now;
    pace.tell(now, 0);
  }
  CHECK(guesses == 10);
  for (int i = 0; i < 10; ++i) pace.tell(1, 1);
  CHECK(pace.next(0.2) > 1);
}

TEST_CASE("what guesses cost decides how many there are", "[infer]") {
  const auto guesses = [](double cost, int held) {
    DraftPace pace(64);
    for (int i = 0; i < 50; ++i) pace.tell(10, static_cast<std::size_t>(held));
    return pace.next(cost);
  };
  CHECK(guesses(0.1, 9) > guesses(0.3, 9));
  CHECK(guesses(0.3, 9) > guesses(0.3, 3));
  CHECK(guesses(0.9, 3) == 0);
  CHECK(guesses(0, 10) == 64);
  CHECK(cost_of_check(1) == Approx(0.2));
  CHECK(cost_of_check(16) == Approx(0.8));
}

TEST_CASE("of guesses that the formula says are worth it, one more or less is worth less", "[infer]") {
  const double chance = 0.75, cost = 0.15;  // a to the k-th is what the k-th guess adds
  DraftPace pace(64);
  for (int i = 0; i < 500; ++i) pace.tell(4, 3);  // three of four tried
  const auto speed = [&](std::size_t k) {
    double tokens = 1, power = 1;
    for (std::size_t i = 0; i < k; ++i) tokens += power *= chance;
    return tokens / (1 + static_cast<double>(k) * cost);
  };
  const std::size_t best = pace.next(cost);
  CHECK(speed(best) > speed(best - 1));
  CHECK(speed(best) > speed(best + 1));
}

TEST_CASE("where none are wanted none are made", "[infer]") {
  DraftPace pace(0);
  for (int i = 0; i < 40; ++i) CHECK(pace.next(0.1) == 0);
  pace.tell(0, 0);
}

}  // namespace llmops::infer
