// Kappa and alpha against scikit-learn, statsmodels and the package krippendorff: tests/golden/agreement/make.py.
#include "data/annotate/agreement_measures.h"

#include <cmath>
#include <limits>

#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

Json golden_cases() { return read_json_file(fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/agreement/agreement.json"); }

void check_equal(double found, const Json& expected) {
  if (expected.is_null()) {
    CHECK(std::isnan(found));
  } else {
    CHECK(found == Approx(expected.get<double>()).margin(1e-9));
  }
}

/// Without what is missing.
std::vector<std::vector<int>> answered(const Json& ratings) {
  std::vector<std::vector<int>> units;
  for (const Json& row : ratings) {
    auto& unit = units.emplace_back();
    for (const Json& category : row) {
      if (category != -1) unit.push_back(category);
    }
  }
  return units;
}

}  // namespace

TEST_CASE("Cohen's kappa is scikit-learn's, plain and weighted", "[data]") {
  for (const Json& one : golden_cases()) {
    std::vector<int> a, b;
    for (const Json& row : one["ratings"]) {
      if (row[0] == -1 || row[1] == -1) continue;
      a.push_back(row[0]);
      b.push_back(row[1]);
    }
    const int categories = one["categories"];
    check_equal(cohen_kappa(a, b, categories), one["cohen"]["none"]);
    check_equal(cohen_kappa(a, b, categories, KappaWeights::kLinear), one["cohen"]["linear"]);
    check_equal(cohen_kappa(a, b, categories, KappaWeights::kQuadratic), one["cohen"]["quadratic"]);
  }
}

TEST_CASE("Fleiss' kappa is statsmodels'", "[data]") {
  for (const Json& one : golden_cases()) {
    std::vector<std::vector<int>> counts;
    const std::size_t people = one["ratings"][0].size();
    for (const auto& unit : answered(one["ratings"])) {
      if (unit.size() != people) continue;
      auto& row = counts.emplace_back(one["categories"].get<std::size_t>());
      for (const int category : unit) ++row[static_cast<std::size_t>(category)];
    }
    check_equal(fleiss_kappa(counts), one["fleiss"]);
  }
}

TEST_CASE("Krippendorff's alpha is that of the package, with answers missing", "[data]") {
  for (const Json& one : golden_cases()) {
    const auto units = answered(one["ratings"]);
    const std::vector<double> values = one["values"];
    check_equal(krippendorff_alpha(units, values, AlphaLevel::kNominal), one["alpha"]["nominal"]);
    check_equal(krippendorff_alpha(units, values, AlphaLevel::kOrdinal), one["alpha"]["ordinal"]);
    check_equal(krippendorff_alpha(units, values, AlphaLevel::kInterval), one["alpha"]["interval"]);
  }
}

TEST_CASE("measures without anything to compare are not defined", "[data]") {
  CHECK(std::isnan(cohen_kappa({}, {}, 2)));
  CHECK(std::isnan(cohen_kappa({1, 1}, {1, 1}, 2)));
  CHECK(std::isnan(fleiss_kappa({})));
  CHECK(std::isnan(fleiss_kappa({{3, 0}, {3, 0}})));
  CHECK(std::isnan(krippendorff_alpha({}, {0, 1}, AlphaLevel::kNominal)));
  CHECK(std::isnan(krippendorff_alpha({{0}, {1}, {0}}, {0, 1}, AlphaLevel::kOrdinal)));
  CHECK(std::isnan(krippendorff_alpha({{1, 1}, {1, 1, 1}}, {0, 1}, AlphaLevel::kInterval)));
}

}  // namespace llmops::data
