// Percentiles, PSI and KS against numpy and scipy (tests/golden/monitor/make_statistics.py).
#include "monitor/statistics.h"

#include <algorithm>

#include "core/json.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::monitor;

TEST_CASE("percentiles, PSI and KS equal the reference implementation's", "[monitor]") {
  const Json golden = read_json_file(LLMOPS_SOURCE_DIR "/tests/golden/monitor/statistics.json");
  REQUIRE(golden["cases"].size() >= 6);
  for (const Json& c : golden["cases"]) {
    INFO(c["name"].get<std::string>());
    auto reference = c["reference"].get<std::vector<double>>();
    auto current = c["current"].get<std::vector<double>>();
    std::sort(reference.begin(), reference.end());
    std::sort(current.begin(), current.end());
    for (const auto& [p, value] : c["percentiles"].items()) {
      CHECK(percentile(reference, std::stod(p)) == Approx(value.get<double>()).epsilon(1e-12).margin(1e-12));
    }
    const auto edges = quantile_edges(reference, c["bins"].get<int>());
    const auto expected_edges = c["edges"].get<std::vector<double>>();
    REQUIRE(edges.size() == expected_edges.size());
    for (std::size_t i = 0; i < edges.size(); ++i)
      CHECK(edges[i] == Approx(expected_edges[i]).epsilon(1e-12).margin(1e-12));
    const double smoothing = c["smoothing"].get<double>();
    const auto p = smoothed_shares(count_bins(reference, expected_edges), smoothing);
    const auto q = smoothed_shares(count_bins(current, expected_edges), smoothing);
    CHECK(population_stability_index(p, q) == Approx(c["psi"].get<double>()).epsilon(1e-9));
    const auto test = kolmogorov_smirnov(reference, current);
    CHECK(test.statistic == Approx(c["ks_statistic"].get<double>()).epsilon(1e-12));
    // scipy's p-value is exact, ours asymptotic.
    const double exact = c["ks_p_exact"].get<double>();
    if (exact > 1e-6) {
      CHECK(test.p_value == Approx(exact).epsilon(0.1).margin(1e-6));
    } else {
      CHECK(test.p_value < 1e-6);
    }
  }
}

TEST_CASE("a constant reference still shows what changed", "[monitor]") {
  const std::vector<double> constant(30, 12.0);
  const auto edges = quantile_edges(constant, 10);
  REQUIRE(edges.size() == 2);
  CHECK(bin_of(11, edges) == 0);
  CHECK(bin_of(12, edges) == 1);
  CHECK(bin_of(13, edges) == 2);
}

TEST_CASE("one sample is every percentile", "[monitor]") {
  const std::vector<double> one{3};
  for (const double p : {0.0, 50.0, 100.0}) CHECK(percentile(one, p) == 3);
  CHECK(kolmogorov_smirnov(one, one).p_value == 1);
}
