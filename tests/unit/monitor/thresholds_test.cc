// Limits: reading them, and what they say when there is too little to measure.
#include "monitor/thresholds.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::monitor;

namespace {

struct ThresholdFile {
  explicit ThresholdFile(const std::string& text)
      : path(std::filesystem::temp_directory_path() / ("llmops-thresholds-" + std::to_string(::getpid()) + ".yaml")) {
    std::ofstream(path) << text;
  }
  ~ThresholdFile() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

Thresholds read(const std::string& text) {
  const ThresholdFile file(text);
  return read_thresholds(file.path);
}

Traffic traffic_of(std::size_t requests, std::size_t errors, double latency_ms) {
  Traffic traffic;
  traffic.requests = requests;
  traffic.errors = errors;
  if (requests > errors) traffic.latency_ms = describe(std::vector<double>(requests - errors, latency_ms));
  return traffic;
}

}  // namespace

TEST_CASE("the recipe's thresholds are read", "[monitor]") {
  const auto thresholds = read_thresholds(LLMOPS_SOURCE_DIR "/recipes/monitor.yaml");
  CHECK(thresholds.min_requests == 20);
  REQUIRE(thresholds.limits.size() == 4);
  CHECK(thresholds.limits[0].name == "latency_ms.p95");
  CHECK(thresholds.limits[3].name == "drift.prompt_tokens_psi");
  CHECK(thresholds.limits[3].most == 0.25);
}

TEST_CASE("unknown keys and wrong values are errors", "[monitor]") {
  for (const char* text :
       {"latency: {p95: 1}", "latency_ms: {p96: 1}", "latency_ms: {p95: fast}", "latency_ms: {p95: -1}",
        "error_rate: 1.5", "error_rate: .nan", "min_requests: 0\nerror_rate: 0.1", "drift: {psi: 1}", "min_requests: 5",
        "", "[1, 2]", "error_rate: 0.1\nerror_rate: 0.2"}) {
    INFO(text);
    CHECK_THROWS_AS(read(text), ConfigError);
  }
  CHECK_THROWS_WITH(read("error_rat: 0.5"), Catch::Contains(":1: unknown key 'error_rat'"));
  CHECK_THROWS_AS(read_thresholds("/no/such/file.yaml"), NotFoundError);
}

TEST_CASE("a value above its limit is an alert, at it is not", "[monitor]") {
  const auto thresholds = read("latency_ms: {p95: 100, max: 100}\nerror_rate: 0.1\nmin_requests: 10");
  const auto good = check_thresholds(thresholds, traffic_of(20, 2, 100), {});
  for (const auto& check : good) CHECK_FALSE(check.alert);
  const auto bad = check_thresholds(thresholds, traffic_of(20, 3, 100.5), {});
  REQUIRE(bad.size() == 3);
  for (const auto& check : bad) CHECK(check.alert);
  CHECK(describe(bad[0]) == "latency_ms.p95 is 100.5, above the limit of 100");
  CHECK(to_json(bad[2])["status"] == "alert");
}

TEST_CASE("what was not measured neither passes nor trips", "[monitor]") {
  const auto thresholds = read(
      "latency_ms: {p95: 100}\nerror_rate: 0.1\ndrift: {prompt_tokens_psi: 0.2, prompt_tokens_ks_p: "
      "0.01}\nmin_requests: 10");
  for (const auto& check : check_thresholds(thresholds, traffic_of(9, 9, 0), {})) {
    CHECK_FALSE(check.value);
    CHECK_FALSE(check.alert);
    CHECK(check.reason == "9 requests, at least 10 are needed");
  }
  const auto all_failed = check_thresholds(thresholds, traffic_of(20, 20, 0), {});
  CHECK_FALSE(all_failed[0].value);  // no answer has a latency
  CHECK(all_failed[1].alert);
  CHECK_FALSE(all_failed[2].value);
  CHECK(describe(all_failed[2]) == "drift.prompt_tokens_psi was not measured: no reference");
  Drift drift;
  drift.status = "measured";
  drift.psi = 0.3;
  drift.ks_p_value = 0.001;
  const auto drifted = check_thresholds(thresholds, traffic_of(20, 0, 1), drift);
  CHECK(drifted[2].alert);
  CHECK(drifted[3].alert);
  CHECK(describe(drifted[3]) == "drift.prompt_tokens_ks_p is 0.001, below the limit of 0.01");
}
