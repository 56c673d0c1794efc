// Windows, references and reports over a real registry.
#include "monitor/monitor_requests.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "core/files.h"
#include "core/html_escape.h"
#include "core/units.h"
#include "monitor/html_report.h"
#include "monitor/text_report.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::monitor;

namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;  // milliseconds
constexpr std::int64_t kMinute = 60'000;

struct Scratch {
  Scratch() : path(std::filesystem::temp_directory_path() / fmt::format("llmops-monitor-{}-{}", ::getpid(), ++count)) {
    std::filesystem::create_directories(path);
  }
  ~Scratch() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
  static inline int count = 0;
};

registry::ServedRequest request_at(std::int64_t time_ms, int prompt_tokens, int status = 200) {
  registry::ServedRequest request;
  static int number = 0;
  request.id = fmt::format("cmpl-{}", ++number);
  request.started_at = utc_text(time_ms);
  request.route = "/v1/completions";
  request.model = "tiny";
  request.status = status;
  request.finish_reason = status == 200 ? "stop" : status == 499 ? "cancelled" : "";
  request.prompt_tokens = prompt_tokens;
  request.completion_tokens = status == 200 ? 10 : 0;
  request.latency_ms = 100 + prompt_tokens;
  request.first_token_ms = 20;
  return request;
}

/// `count` requests, one a second from `begin`, of lengths around `length`.
std::vector<registry::ServedRequest> requests_from(std::int64_t begin, int count, int length) {
  std::vector<registry::ServedRequest> requests;
  for (int i = 0; i < count; ++i) requests.push_back(request_at(begin + i * 1000, length + i % 20));
  return requests;
}

}  // namespace

TEST_CASE("times are spans, dates and times", "[monitor]") {
  CHECK(parse_time("24h", "--since", kNow) == "2027-01-14T08:00:00.000Z");
  CHECK(parse_time("90s", "--since", kNow) == "2027-01-15T07:58:30.000Z");
  CHECK(parse_time("2w", "--since", kNow) == "2027-01-01T08:00:00.000Z");
  CHECK(parse_time("2026-03-01", "--since", kNow) == "2026-03-01T00:00:00.000Z");
  CHECK(parse_time("2026-03-01T12:30", "--since", kNow) == "2026-03-01T12:30:00.000Z");
  CHECK(parse_time("2026-03-01T12:30:15.250Z", "--since", kNow) == "2026-03-01T12:30:15.250Z");
  for (const char* wrong : {"", "h", "24", "-1h", "24x", "2026-02-30", "2026-13-01", "2026-3-1", "2026-03-01T25:00",
                            "2026-03-01T12:30:15junk", "99999999999999999999h"}) {
    INFO(wrong);
    CHECK_THROWS_AS(parse_time(wrong, "--since", kNow), UsageError);
  }
  CHECK_THROWS_WITH(parse_time("soon", "--until", kNow), "--until: 'soon' is neither a span nor a time");
}

TEST_CASE("traffic is counted, clients that left are not errors", "[monitor]") {
  const auto traffic =
      summarize({request_at(0, 10), request_at(1000, 30), request_at(2000, 0, 400), request_at(3000, 10, 499)});
  CHECK(traffic.requests == 4);
  CHECK(traffic.errors == 1);
  CHECK(traffic.cancelled == 1);
  CHECK(traffic.error_rate() == 0.25);
  CHECK(traffic.latency_ms.count == 2);
  CHECK(traffic.latency_ms.percentiles.at(50) == 120);
  CHECK(traffic.prompt_tokens.count == 3);
  CHECK(traffic.total_completion_tokens == 20);
  CHECK(traffic.seconds == Approx(3.11));
  CHECK(traffic.statuses.at(499) == 1);
  CHECK(traffic.finish_reasons.at("stop") == 2);
}

TEST_CASE("drift against a window by time: bins, examples, significance", "[monitor]") {
  const Scratch scratch;
  registry::Registry registry(scratch.path / "registry.db");
  registry::record_requests(registry, requests_from(kNow - 180 * kMinute, 100, 50));
  registry::record_requests(registry, requests_from(kNow - 30 * kMinute, 60, 150));
  MonitorOptions options;
  options.since = "1h";
  options.reference_since = "1d";
  const auto report = measure(registry, options, kNow);
  CHECK(report.traffic.requests == 60);
  CHECK(report.reference_window.until == report.window.since);
  REQUIRE(report.drift.measured());
  CHECK(report.drift.reference_requests == 100);
  CHECK(report.drift.psi > 2);
  CHECK(report.drift.severity() == "severe");
  CHECK(report.drift.ks_statistic == 1);
  CHECK(report.drift.ks_p_value < 1e-6);
  const DriftBin& last = report.drift.bins.back();
  CHECK(last.moved);
  CHECK(last.current == 60);
  CHECK(last.examples.size() == 3);
  CHECK(report.exit_code() == ExitCode::kDone);
  options.reference_since = "10m";
  CHECK_THROWS_AS(measure(registry, options, kNow), UsageError);
}

TEST_CASE("without a reference the halves of the window are compared, where they are large enough", "[monitor]") {
  const Scratch scratch;
  registry::Registry registry(scratch.path / "registry.db");
  registry::record_requests(registry, requests_from(kNow - 10 * kMinute, 30, 50));
  MonitorOptions options;
  CHECK(measure(registry, options, kNow).drift.status == "no reference");
  registry::record_requests(registry, requests_from(kNow - 5 * kMinute, 30, 50));
  const auto report = measure(registry, options, kNow);
  REQUIRE(report.drift.measured());
  CHECK(report.reference.find("first half of the window") == 0);
  CHECK(report.drift.psi == Approx(0).margin(1e-9));
  CHECK(report.drift.ks_p_value == 1);
  options.reference_since = "2d";
  options.reference_until = "1d";
  CHECK(measure(registry, options, kNow).drift.status == "no reference");
}

TEST_CASE("the recorded command writes its report, and exits by its thresholds", "[monitor]") {
  const Scratch scratch;
  registry::Registry registry(scratch.path / "registry.db");
  MonitorOptions options;
  options.thresholds = (scratch.path / "t.yaml").string();
  options.html = (scratch.path / "report.html").string();
  std::ofstream(options.thresholds) << "latency_ms: {p95: 120}\nmin_requests: 5\n";
  CHECK(monitor_requests(registry, options, {"llmops", "monitor"}).exit_code() == ExitCode::kNothingMeasured);
  registry::record_requests(registry, requests_from(now_unix_ms() - 5 * kMinute, 30, 50));
  const auto report = monitor_requests(registry, options, {"llmops", "monitor"});
  CHECK(report.exit_code() == ExitCode::kTripped);
  REQUIRE(report.alerts().size() == 1);
  const Json json = to_json(report);
  CHECK(json["alerts"][0].get<std::string>().find("latency_ms.p95 is") == 0);
  CHECK(json["traffic"]["requests"] == 30);
  CHECK(text_report(report, 0).find("ALERT latency_ms.p95 is") != std::string::npos);
  const std::string html = read_file(options.html);
  CHECK(html.find("1 of 1 thresholds tripped") != std::string::npos);
  for (const char* outside : {"http:", "https:", "<script", "src=", "@import", "url("})
    CHECK(html.find(outside) == std::string::npos);
  std::ofstream(options.thresholds) << "latency_ms: {p95: 1000}\nmin_requests: 5\n";
  CHECK(monitor_requests(registry, options, {"llmops", "monitor"}).exit_code() == ExitCode::kDone);
  std::ofstream(options.thresholds) << "latency_ms: {p95: 1000}\ndrift: {prompt_tokens_psi: 1}\nmin_requests: 25\n";
  CHECK(monitor_requests(registry, options, {"llmops", "monitor"}).exit_code() == ExitCode::kNothingMeasured);
}

TEST_CASE("what clients wrote is escaped in the HTML report", "[monitor]") {
  CHECK(escape_html("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  MonitorReport report;
  report.model = "<script>alert(1)</script>";
  report.window = {"2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z"};
  report.made_at = report.window.until;
  report.reference = "<b>";
  auto request = request_at(0, 5);
  request.model = "<img src=x>";
  request.finish_reason = "<i>";
  report.traffic = summarize({request});
  const std::string html = html_report(report);
  for (const char* raw : {"<script", "<img", "<i>", "<b>."}) CHECK(html.find(raw) == std::string::npos);
  CHECK(html.find("&lt;img src=x&gt;") != std::string::npos);
}
