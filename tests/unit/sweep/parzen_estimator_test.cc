// Densities against Optuna's, and draws against densities.
#include "sweep/parzen_estimator.h"

#include <fmt/format.h>

#include <cmath>

#include "core/json.h"
#include "support/catch.h"
#include "sweep/gauss_mass.h"

using namespace llmops;
using namespace llmops::sweep;

namespace {

Parameter parameter_of(const Json& json) {
  Parameter parameter;
  parameter.key = json["key"].get<std::string>();
  if (json.contains("choices")) parameter.choices = json["choices"].get<std::vector<Json>>();
  parameter.low = json.value("low", 0.0);
  parameter.high = json.value("high", 0.0);
  parameter.step = json.value("step", 0.0);
  parameter.log = json.value("log", false);
  parameter.whole = json.value("whole", false);
  return parameter;
}

}  // namespace

TEST_CASE("densities are those of Optuna's Parzen estimator", "[sweep]") {
  const Json golden = read_json_file(LLMOPS_SOURCE_DIR "/tests/golden/sweep/parzen.json");
  int compared = 0;
  for (const Json& one : golden["cases"]) {
    std::vector<Parameter> parameters;
    for (const Json& json : one["parameters"]) parameters.push_back(parameter_of(json));
    const auto observations = one["observations"].get<std::vector<Point>>();
    const ParzenEstimator estimator(parameters, observations, recency_weights(observations.size()));
    for (std::size_t i = 0; i < one["points"].size(); ++i) {
      INFO(parameters[0].key << " after " << observations.size() << " trials, " << one["points"][i].dump());
      CHECK(estimator.log_density(one["points"][i].get<Point>()) ==
            Approx(one["log_densities"][i].get<double>()).epsilon(1e-9).margin(1e-9));
      ++compared;
    }
  }
  CHECK(compared == 224);
  for (const auto& [count, weights] : golden["weights"].items()) {
    const auto ours = recency_weights(std::stoul(count));
    REQUIRE(ours.size() == weights.size());
    for (std::size_t i = 0; i < ours.size(); ++i) CHECK(ours[i] == Approx(weights[i].get<double>()));
  }
}

TEST_CASE("the mass of a normal distribution is exact far out", "[sweep]") {
  CHECK(log_gauss_mass(-1, 1) == Approx(std::log(0.6826894921370859)));
  CHECK(log_gauss_mass(-HUGE_VAL, HUGE_VAL) == Approx(0).margin(1e-15));
  CHECK(log_gauss_mass(5, 6) == Approx(-15.0684467));
  CHECK(log_gauss_mass(-6, -5) == log_gauss_mass(5, 6));
  // By the leading terms: log(phi(40) / 40 * (1 - 1/1600 + ...))
  CHECK(log_gauss_mass(40, 41) == Approx(-800 - std::log(40) - 0.5 * std::log(2 * M_PI) - 1.0 / 1600).epsilon(1e-8));
  CHECK(std::isfinite(log_gauss_mass(90, 91)));
  CHECK(log_gauss_mass(19.999, 20.5) ==
        Approx(log_gauss_mass(20.001, 20.5)).epsilon(1e-3));  // both sides of the series
}

TEST_CASE("draws fall as often as their probability says", "[sweep]") {
  Parameter whole{"r", {}, 1, 6, 1, true, true}, choice{"c", {"x", "y", "z"}};
  const std::vector<Parameter> parameters = {whole, choice};
  const ParzenEstimator estimator(parameters, {{2, 0}, {3, 0}, {3, 1}}, {1, 1, 1});
  train::Random random({5});
  std::map<Point, int> seen;
  constexpr int kDraws = 40000;
  for (int i = 0; i < kDraws; ++i) ++seen[estimator.draw(random)];
  double sum = 0;
  for (double r = 1; r <= 6; ++r) {
    for (double c = 0; c < 3; ++c) {
      const double expected = std::exp(estimator.log_density({r, c}));
      sum += expected;
      const double share = seen[{r, c}] / static_cast<double>(kDraws);
      CHECK(std::fabs(share - expected) < 5 * std::sqrt(expected / kDraws));
    }
  }
  CHECK(sum == Approx(1));
}
