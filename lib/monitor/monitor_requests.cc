// `llmops monitor`: served requests of a window against a reference and against thresholds.
#include "monitor/monitor_requests.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/files.h"
#include "core/units.h"
#include "monitor/html_report.h"
#include "registry/run.h"

namespace llmops::monitor {
namespace {

using Requests = std::vector<registry::ServedRequest>;

Requests read_window(registry::Registry& registry, const TimeWindow& window, const std::string& run,
                     const std::string& model) {
  registry::RequestFilter filter;
  filter.since = window.since;
  filter.until = window.until;
  filter.run_id = run;
  filter.model = model;
  return registry::list_requests(registry, filter, /*with_content=*/false);
}

/// Both halves by time, split midway between the first and the last request.
std::pair<Requests, Requests> split_by_time(const Requests& requests, std::string& split) {
  if (requests.empty()) return {};
  const std::int64_t first = utc_milliseconds(requests.front().started_at);
  const std::int64_t last = utc_milliseconds(requests.back().started_at);
  split = utc_text(first + (last - first) / 2);
  std::pair<Requests, Requests> halves;
  for (const auto& request : requests) {
    (request.started_at <= split ? halves.first : halves.second).push_back(request);
  }
  return halves;
}

DriftOptions drift_options(std::size_t min_requests) {
  DriftOptions options;
  options.min_requests = min_requests;
  return options;
}

void measure_against_halves(const Requests& requests, MonitorReport& report) {
  std::string split;
  const auto [before, now] = split_by_time(requests, split);
  report.drift = measure_prompt_drift(before, now, drift_options(report.min_requests));
  if (!report.drift.measured()) {
    report.drift.status = "no reference";
    report.reference = fmt::format("none given, and the halves of the window have too few requests ({} and {})",
                                   report.drift.reference_requests, report.drift.current_requests);
    return;
  }
  report.reference = fmt::format("first half of the window, up to {}, against the second", split);
  report.reference_window = {requests.front().started_at, split};
}

void measure_drift(registry::Registry& registry, const MonitorOptions& options, std::int64_t now_ms,
                   const Requests& requests, MonitorReport& report) {
  if (options.reference_run.empty() && options.reference_since.empty() && options.reference_until.empty()) {
    return measure_against_halves(requests, report);
  }
  TimeWindow& window = report.reference_window;
  if (!options.reference_since.empty()) window.since = parse_time(options.reference_since, "--reference-since", now_ms);
  if (!options.reference_until.empty()) window.until = parse_time(options.reference_until, "--reference-until", now_ms);
  const bool by_time = options.reference_run.empty();
  // A reference that ran into the window would be compared with itself.
  if (by_time && window.until.empty()) window.until = report.window.since;
  if (!window.since.empty() && !window.until.empty() && window.since >= window.until) {
    throw UsageError(fmt::format("the reference window is empty: {} to {}", window.since, window.until),
                     "check --reference-since and --reference-until");
  }
  report.reference =
      by_time ? fmt::format("{} to {}", window.since.empty() ? "the first request" : window.since, window.until)
              : "run " + options.reference_run;
  report.drift = measure_prompt_drift(read_window(registry, window, options.reference_run, options.model), requests,
                                      drift_options(report.min_requests));
}

std::vector<LatencyPoint> latency_points(const Requests& requests) {
  std::vector<LatencyPoint> points;
  for (const auto& request : requests) {
    if (is_answered(request)) points.push_back({utc_milliseconds(request.started_at), request.latency_ms});
  }
  return points;
}

void log_metrics(registry::Run& run, const MonitorReport& report) {
  std::vector<std::pair<std::string, double>> metrics{{"requests", static_cast<double>(report.traffic.requests)},
                                                      {"alerts", static_cast<double>(report.alerts().size())}};
  if (report.traffic.requests > 0) metrics.emplace_back("error_rate", report.traffic.error_rate());
  for (const auto& [p, value] : report.traffic.latency_ms.percentiles) {
    metrics.emplace_back(fmt::format("latency_ms.p{}", p), value);
  }
  for (const auto& [p, value] : report.traffic.first_token_ms.percentiles) {
    metrics.emplace_back(fmt::format("first_token_ms.p{}", p), value);
  }
  if (report.drift.measured()) {
    metrics.emplace_back("drift.prompt_tokens_psi", report.drift.psi);
    metrics.emplace_back("drift.prompt_tokens_ks_p", report.drift.ks_p_value);
  }
  run.log_metrics(metrics, 0);
}

Json describe(const MonitorOptions& options) {
  return {{"since", options.since},
          {"until", options.until},
          {"reference_since", options.reference_since},
          {"reference_until", options.reference_until},
          {"reference_run", options.reference_run},
          {"model", options.model},
          {"thresholds", options.thresholds}};
}

Json window_json(const TimeWindow& window) { return {{"since", window.since}, {"until", window.until}}; }

}  // namespace

std::vector<const Check*> MonitorReport::alerts() const {
  std::vector<const Check*> tripped;
  for (const Check& check : checks) {
    if (check.alert) tripped.push_back(&check);
  }
  return tripped;
}

ExitCode MonitorReport::exit_code() const {
  if (!alerts().empty()) return ExitCode::kTripped;
  const bool all =
      std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.value.has_value(); });
  return all ? ExitCode::kDone : ExitCode::kNothingMeasured;
}

MonitorReport measure(registry::Registry& registry, const MonitorOptions& options, std::int64_t now_ms) {
  MonitorReport report;
  std::optional<Thresholds> thresholds;
  if (!options.thresholds.empty()) thresholds = read_thresholds(options.thresholds);
  if (thresholds) report.min_requests = thresholds->min_requests;
  report.made_at = utc_text(now_ms);
  report.model = options.model;
  report.window.since = parse_time(options.since, "--since", now_ms);
  report.window.until = options.until.empty() ? utc_text(now_ms + 1) : parse_time(options.until, "--until", now_ms);
  if (report.window.since >= report.window.until) {
    throw UsageError(fmt::format("the window is empty: {} to {}", report.window.since, report.window.until),
                     "check --since and --until");
  }
  const Requests requests = read_window(registry, report.window, "", options.model);
  report.traffic = summarize(requests);
  report.points = latency_points(requests);
  measure_drift(registry, options, now_ms, requests, report);
  if (thresholds) report.checks = check_thresholds(*thresholds, report.traffic, report.drift);
  return report;
}

MonitorReport monitor_requests(registry::Registry& registry, const MonitorOptions& options,
                               const std::vector<std::string>& argv) {
  registry::RunStart start;
  start.command = "monitor";
  start.argv = argv;
  start.config = describe(options);
  registry::Run run(registry, start);
  MonitorReport report = measure(registry, options, now_unix_ms());
  report.run_id = run.id();
  if (!options.thresholds.empty()) run.add_input(options.thresholds, "recipe");
  log_metrics(run, report);
  if (!options.html.empty()) {
    write_file_atomic(options.html, html_report(report));
    run.add_output(options.html, "report");
  }
  run.finish(to_json(report));
  return report;
}

Json to_json(const MonitorReport& report) {
  Json checks = Json::array();
  for (const Check& check : report.checks) checks.push_back(to_json(check));
  Json alerts = Json::array();
  for (const Check* alert : report.alerts()) alerts.push_back(describe(*alert));
  Json json{{"run_id", report.run_id},
            {"made_at", report.made_at},
            {"window", window_json(report.window)},
            {"model", report.model.empty() ? Json(nullptr) : Json(report.model)},
            {"percentile_method", "linear interpolation between order statistics, over all requests"}};
  json["traffic"] = to_json(report.traffic);
  json["reference"] = {{"what", report.reference}, {"window", window_json(report.reference_window)}};
  json["drift"] = to_json(report.drift);
  json["min_requests"] = report.min_requests;
  json["checks"] = std::move(checks);
  json["alerts"] = std::move(alerts);
  return json;
}

}  // namespace llmops::monitor
