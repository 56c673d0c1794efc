// Limits in YAML and what they say about a window.
#include "monitor/thresholds.h"

#include <fmt/format.h>

#include <cmath>

#include "config/yaml_reader.h"
#include "core/error.h"
#include "core/units.h"

namespace llmops::monitor {
namespace {

constexpr const char* kPsi = "drift.prompt_tokens_psi";
constexpr const char* kKsP = "drift.prompt_tokens_ks_p";

/// Statistics of a Distribution that may carry a limit.
constexpr const char* kStatistics[] = {"p50", "p90", "p95", "p99", "mean", "max"};

void read_limit(config::YamlObject& object, const std::string& key, const std::string& prefix, double most_allowed,
                Thresholds& thresholds) {
  if (!object.has(key)) return;
  Limit limit{prefix + key, 0};
  object.optional(key, limit.most);
  object.check(std::isfinite(limit.most) && limit.most >= 0 && limit.most <= most_allowed, key,
               std::isinf(most_allowed) ? "must be 0 or more" : fmt::format("must be from 0 to {}", most_allowed));
  thresholds.limits.push_back(limit);
}

bool alerts_below(const Limit& limit) { return limit.name == kKsP; }

/// The value of "p95" and so on; none where nothing was measured.
std::optional<double> statistic(const Distribution& distribution, const std::string& name) {
  if (distribution.count == 0) return {};
  if (name == "mean") return distribution.mean;
  if (name == "max") return distribution.max;
  return distribution.percentiles.at(std::stoi(name.substr(1)));
}

std::optional<double> measured(const Limit& limit, const Traffic& traffic, const Drift& drift) {
  const auto dot = limit.name.find('.');
  const std::string group = limit.name.substr(0, dot);
  if (group == "error_rate") return traffic.error_rate();
  if (group == "drift") {
    if (!drift.measured()) return {};
    return limit.name == kPsi ? drift.psi : drift.ks_p_value;
  }
  return statistic(group == "latency_ms" ? traffic.latency_ms : traffic.first_token_ms, limit.name.substr(dot + 1));
}

}  // namespace

Thresholds read_thresholds(const std::filesystem::path& file) {
  auto document = config::YamlDocument::from_file(file);
  config::YamlObject root = document.root();
  Thresholds thresholds;
  for (const char* group : {"latency_ms", "first_token_ms"}) {
    config::YamlObject object = root.object(group);
    for (const char* name : kStatistics) read_limit(object, name, std::string(group) + ".", INFINITY, thresholds);
  }
  read_limit(root, "error_rate", "", 1, thresholds);
  config::YamlObject drift = root.object("drift");
  read_limit(drift, "prompt_tokens_psi", "drift.", INFINITY, thresholds);
  read_limit(drift, "prompt_tokens_ks_p", "drift.", 1, thresholds);
  std::int64_t min_requests = static_cast<std::int64_t>(thresholds.min_requests);
  root.optional("min_requests", min_requests);
  root.check(min_requests >= 1, "min_requests", "must be at least 1");
  document.finish();
  thresholds.min_requests = static_cast<std::size_t>(min_requests);
  if (thresholds.limits.empty()) {
    throw ConfigError(fmt::format("{}: no threshold in it", file.string()),
                      "set error_rate, say; see docs/formats/monitor-thresholds.md");
  }
  return thresholds;
}

std::vector<Check> check_thresholds(const Thresholds& thresholds, const Traffic& traffic, const Drift& drift) {
  std::vector<Check> checks;
  for (const Limit& limit : thresholds.limits) {
    Check check;
    check.limit = limit;
    if (traffic.requests < thresholds.min_requests) {
      check.reason = fmt::format("{} requests, at least {} are needed", traffic.requests, thresholds.min_requests);
    } else {
      check.value = measured(limit, traffic, drift);
      if (!check.value) check.reason = limit.name.starts_with("drift.") ? drift.status : "no answered request";
    }
    check.alert = check.value && (alerts_below(limit) ? *check.value < limit.most : *check.value > limit.most);
    checks.push_back(std::move(check));
  }
  return checks;
}

std::string describe(const Check& check) {
  const std::string limit = format_number(check.limit.most);
  if (!check.value) return fmt::format("{} was not measured: {}", check.limit.name, check.reason);
  const char* relation = alerts_below(check.limit) ? "below" : "above";
  if (!check.alert)
    return fmt::format("{} is {}, the limit is {}", check.limit.name, format_number(*check.value), limit);
  return fmt::format("{} is {}, {} the limit of {}", check.limit.name, format_number(*check.value), relation, limit);
}

Json to_json(const Check& check) {
  return {{"name", check.limit.name},
          {"limit", check.limit.most},
          {"value", check.value ? Json(*check.value) : Json(nullptr)},
          {"status", !check.value  ? "not measured"
                     : check.alert ? "alert"
                                   : "ok"},
          {"message", describe(check)}};
}

}  // namespace llmops::monitor
