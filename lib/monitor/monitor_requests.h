// `llmops monitor`: served requests of a window against a reference and against thresholds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "monitor/drift.h"
#include "monitor/thresholds.h"
#include "monitor/time_window.h"
#include "monitor/traffic.h"

namespace llmops::monitor {

struct MonitorOptions {
  std::string since = "24h";    ///< span back from now, date or time
  std::string until;            ///< "": now
  std::string reference_since;  ///< "": no reference window by time
  std::string reference_until;  ///< "": where the window begins
  std::string reference_run;    ///< a serve run whose requests are the reference; "" for none
  std::string model;            ///< as clients named it; "" is any
  std::string thresholds;       ///< YAML file; "" for none
  std::string html;             ///< file to write; "" for none
};

/// One request as the charts need it.
struct LatencyPoint {
  std::int64_t time_ms = 0;  ///< Unix, of its start
  double latency_ms = 0;
};

struct MonitorReport {
  std::string run_id;
  std::string made_at;
  TimeWindow window;
  std::string model;      ///< filter, "" is any
  Traffic traffic;        ///< of the whole window
  std::string reference;  ///< in words: "run r-...", "2026-03-01... to ...", "first half of the window"
  TimeWindow reference_window;
  Drift drift;
  std::size_t min_requests = 20;
  std::vector<Check> checks;         ///< empty without thresholds
  std::vector<LatencyPoint> points;  ///< answered requests, oldest first

  std::vector<const Check*> alerts() const;
  /// kTripped with an alert; kNothingMeasured when a threshold had nothing to measure; else kDone.
  ExitCode exit_code() const;
};

/// Reads the registry only; see monitor_requests() for the recorded command.
MonitorReport measure(registry::Registry& registry, const MonitorOptions& options, std::int64_t now_ms);

/// measure(), recorded as a run, with the HTML file written.
/// @throws UsageError (times), NotFoundError, ConfigError (thresholds), SystemError (HTML file)
MonitorReport monitor_requests(registry::Registry& registry, const MonitorOptions& options,
                               const std::vector<std::string>& argv);

Json to_json(const MonitorReport& report);

}  // namespace llmops::monitor
