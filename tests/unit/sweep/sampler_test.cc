// Samplers: what they may draw, that they repeat themselves, and that the estimator finds better points than chance.
#include "sweep/sampler.h"

#include <cmath>
#include <functional>
#include <numbers>
#include <set>

#include "support/catch.h"

using namespace llmops;
using namespace llmops::sweep;

namespace {

const std::vector<Parameter> kMixed = {
    {"learning_rate", {}, 1e-5, 1e-2, 0, true, false},
    {"lora_r", {}, 4, 64, 4, false, true},
    {"optimizer", {"adamw_torch", "lion", "adafactor"}},
};

using Function = std::function<double(const Point&)>;

/// The lowest value that 60 trials find.
double best_of(Point (*sampler)(const SampleRequest&), const std::vector<Parameter>& parameters,
               const Function& function, std::uint64_t seed) {
  std::vector<Observation> history;
  double best = HUGE_VAL;
  for (std::size_t trial = 0; trial < 60; ++trial) {
    const Point point = sampler({parameters, seed, trial, history});
    history.push_back({point, {function(point)}});
    best = std::min(best, history.back().losses[0]);
  }
  return best;
}

double mean_best(Point (*sampler)(const SampleRequest&), const std::vector<Parameter>& parameters,
                 const Function& function) {
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) sum += best_of(sampler, parameters, function, seed);
  return sum / 20;
}

/// As a validation loss answers to a rate, a rank and an optimizer.
double tuning(const Point& point) {
  const double rate = std::log10(point[0]) + 3.3;
  const double rank = (point[1] - 24) / 40;
  return rate * rate + rank * rank + (point[2] == 1 ? 0 : 0.5);
}

/// Minimum 0.397887. Source: Branin, 1972.
double branin(const Point& p) {
  const double pi = std::numbers::pi;
  const double a = p[1] - 5.1 / (4 * pi * pi) * p[0] * p[0] + 5 / pi * p[0] - 6;
  return a * a + 10 * (1 - 1 / (8 * pi)) * std::cos(p[0]) + 10;
}

}  // namespace

TEST_CASE("a grid has every combination once, the last parameter changing fastest", "[sweep]") {
  const std::vector<Parameter> parameters = {
      {"a", {1, 2}}, {"b", {}, 0.1, 0.5, 0.2, false, false}, {"c", {}, 1, 2, 1, true, true}};
  REQUIRE(grid_size(parameters) == 12);
  std::vector<Json> points;
  for (std::size_t i = 0; i < 12; ++i) points.push_back(point_json(parameters, grid_point({parameters, 0, i, {}})));
  CHECK(points[0] == Json({{"a", 1}, {"b", 0.1}, {"c", 1}}));
  CHECK(points[1] == Json({{"a", 1}, {"b", 0.1}, {"c", 2}}));
  CHECK(points[2] == Json({{"a", 1}, {"b", 0.3}, {"c", 1}}));
  CHECK(points[11] == Json({{"a", 2}, {"b", 0.5}, {"c", 2}}));
  std::set<std::string> different;
  for (const Json& point : points) different.insert(point.dump());
  CHECK(different.size() == 12);
  CHECK(grid_size(kMixed) == 0);
}

TEST_CASE("points lie in their ranges, on their steps, and come back the same", "[sweep]") {
  std::vector<Observation> history;
  std::set<double> ranks, choices;
  for (std::size_t trial = 0; trial < 200; ++trial) {
    const auto sampler = trial < 100 ? random_point : tpe_point;
    const Point point = sampler({kMixed, 9, trial, history});
    CHECK(point == sampler({kMixed, 9, trial, history}));
    CHECK(point[0] >= 1e-5);
    CHECK(point[0] <= 1e-2);
    CHECK(std::fmod(point[1], 4) == 0);
    CHECK((point[1] >= 4 && point[1] <= 64));
    CHECK((point[2] == 0 || point[2] == 1 || point[2] == 2));
    CHECK(parse_point(kMixed, point_json(kMixed, point)) == point);
    if (trial < 100) {
      ranks.insert(point[1]);
      choices.insert(point[2]);
    }
    history.push_back({point, {tuning(point)}});
  }
  CHECK(ranks.size() == 16);
  CHECK(choices.size() == 3);
  CHECK(random_point({kMixed, 9, 3, {}}) != random_point({kMixed, 10, 3, {}}));
  CHECK(tpe_point({kMixed, 9, 3, {}}) == random_point({kMixed, 9, 3, {}}));
  CHECK(point_overrides(kMixed, {2e-4, 8, 1}) ==
        std::vector<std::string>{"learning_rate=0.0002", "lora_r=8", "optimizer=\"lion\""});
}

TEST_CASE("random points of a log range spread over its decades", "[sweep]") {
  const std::vector<Parameter> parameters = {{"lr", {}, 1e-6, 1e-2, 0, true, false}};
  std::array<int, 4> decades{};
  for (std::size_t trial = 0; trial < 4000; ++trial) {
    const double value = random_point({parameters, 1, trial, {}})[0];
    ++decades[std::min<std::size_t>(3, static_cast<std::size_t>(std::floor(std::log10(value) + 6)))];
  }
  for (const int count : decades) CHECK(std::abs(count - 1000) < 120);
}

TEST_CASE("the estimator finds better points than chance in as many trials", "[sweep]") {
  CHECK(mean_best(tpe_point, kMixed, tuning) < 0.35 * mean_best(random_point, kMixed, tuning));
  const std::vector<Parameter> plane = {{"x", {}, -5, 10, 0, false, false}, {"y", {}, 0, 15, 0, false, false}};
  const double least = 0.397887;
  CHECK(mean_best(tpe_point, plane, branin) - least < 0.5 * (mean_best(random_point, plane, branin) - least));
}

TEST_CASE("of two metrics the estimator seeks the whole front", "[sweep]") {
  const std::vector<Parameter> parameters = {{"x", {}, -4, 4, 0, false, false}, {"y", {}, -4, 4, 0, false, false}};
  std::vector<Observation> history;
  int near_low = 0, near_high = 0, on_line = 0;
  for (std::size_t trial = 0; trial < 120; ++trial) {
    const Point p = tpe_point({parameters, 3, trial, history});
    history.push_back({p, {p[0] * p[0] + p[1] * p[1], (p[0] - 2) * (p[0] - 2) + p[1] * p[1]}});
    if (trial < 40) continue;
    on_line += std::fabs(p[1]) < 0.5 ? 1 : 0;
    near_low += std::fabs(p[0]) < 0.7 ? 1 : 0;
    near_high += std::fabs(p[0] - 2) < 0.7 ? 1 : 0;
  }
  // Chance would put an eighth of 80 on the line and 14 near either end.
  CHECK(on_line > 30);
  CHECK(near_low + near_high > 30);
  CHECK(near_low > 5);
  CHECK(near_high > 5);
}
