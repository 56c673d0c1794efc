// Limits in YAML and what they say about a window.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "monitor/drift.h"
#include "monitor/traffic.h"

namespace llmops::monitor {

struct Limit {
  std::string name;  ///< "latency_ms.p95", "error_rate", "drift.prompt_tokens_psi"
  double most = 0;   ///< an alert above this (for drift.prompt_tokens_ks_p: below it)
};

struct Thresholds {
  std::vector<Limit> limits;
  std::size_t min_requests = 20;  ///< fewer requests measure nothing
};

/// @throws NotFoundError; ConfigError naming each wrong key and its line
Thresholds read_thresholds(const std::filesystem::path& file);

struct Check {
  Limit limit;
  std::optional<double> value;  ///< none: not measured
  std::string reason;           ///< why it was not measured
  bool alert = false;
};

std::vector<Check> check_thresholds(const Thresholds& thresholds, const Traffic& traffic, const Drift& drift);

/// "latency_ms.p95 is 2310, above 2000"
std::string describe(const Check& check);
Json to_json(const Check& check);

}  // namespace llmops::monitor
