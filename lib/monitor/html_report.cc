// The monitor's report as one HTML file.
#include "monitor/html_report.h"

#include <fmt/format.h>

#include "core/html_escape.h"
#include "core/html_page.h"
#include "core/svg_chart.h"
#include "core/units.h"
#include "monitor/charts.h"

namespace llmops::monitor {
namespace {

using Row = HtmlRow;

std::string tiles(const Traffic& traffic) {
  const auto p95 = [](const Distribution& d) {
    return d.count == 0 ? "-" : format_duration(d.percentiles.at(95) / 1000);
  };
  return html_tiles({{format_count(traffic.requests), "requests"},
                     {fmt::format("{:.2f} %", 100 * traffic.error_rate()), "errors"},
                     {p95(traffic.latency_ms), "latency, p95"},
                     {p95(traffic.first_token_ms), "first token, p95"},
                     {format_number(traffic.tokens_per_second(), 3), "tokens/s out"},
                     {format_number(traffic.requests_per_minute(), 3), "requests/min"}});
}

std::string verdict(const MonitorReport& report) {
  if (report.checks.empty()) return "<p class=\"verdict none\">No thresholds were given.</p>\n";
  const std::size_t alerts = report.alerts().size();
  if (alerts > 0) {
    return fmt::format("<p class=\"verdict bad\">{} of {} thresholds tripped</p>\n", alerts, report.checks.size());
  }
  if (report.exit_code() == ExitCode::kDone) {
    return fmt::format("<p class=\"verdict good\">all {} thresholds hold</p>\n", report.checks.size());
  }
  return "<p class=\"verdict none\">Not all thresholds could be measured.</p>\n";
}

std::string checks_section(const MonitorReport& report) {
  if (report.checks.empty()) return "";
  std::vector<Row> rows;
  for (const Check& check : report.checks) {
    rows.push_back({check.limit.name,
                    check.alert   ? "ALERT"
                    : check.value ? "ok"
                                  : "not measured",
                    check.value ? format_number(*check.value) : check.reason, format_number(check.limit.most)});
  }
  return html_section("Thresholds", html_table({"measure", "status", "value", "limit"}, rows));
}

std::string latency_section(const MonitorReport& report) {
  if (report.points.empty()) return html_section("Latency over time", "<p>No answered request in this window.</p>\n");
  const auto slices = latency_over_time(report.points, 48);
  LinePlot plot;
  plot.title = "p50 and p95 latency over time";
  plot.unit = "ms";
  plot.lines = {{"p50", {}}, {"p95", {}}};
  plot.from_zero = true;
  plot.first = readable_time(utc_text(slices.front().begin_ms));
  plot.last = readable_time(utc_text(slices.back().end_ms));
  for (const LatencySlice& slice : slices) {
    const auto x = static_cast<double>(slice.begin_ms);
    const std::string tooltip =
        fmt::format("{}: {} requests, p50 {} ms, p95 {} ms", readable_time(utc_text(slice.begin_ms)), slice.requests,
                    format_number(slice.p50, 3), format_number(slice.p95, 3));
    plot.lines[0].points.push_back({x, slice.p50, tooltip});
    plot.lines[1].points.push_back({x, slice.p95, tooltip});
  }
  std::string html = html_section("Latency over time", html_legend({"p50", "p95"}) + svg_lines(plot));
  std::vector<SvgBar> bars;
  for (const HistogramBar& bar : latency_histogram(report.points, 8)) {
    bars.push_back({bar.label,
                    {static_cast<double>(bar.count)},
                    {fmt::format("{} ms: {} requests", bar.label, bar.count)},
                    false});
  }
  return html + html_section("Latency of answered requests, ms", svg_bars(bars, "requests", "histogram of latency"));
}

Row distribution_row(const std::string& name, const Distribution& distribution) {
  Row row{name, format_count(distribution.count)};
  if (distribution.count == 0) {
    row.insert(row.end(), 6, "-");
    return row;
  }
  row.push_back(format_number(distribution.mean, 3));
  for (const auto& [p, value] : distribution.percentiles) row.push_back(format_number(value, 3));
  row.push_back(format_number(distribution.max, 3));
  return row;
}

std::string measures_section(const Traffic& traffic) {
  return html_section("Measures",
                      html_table({"", "n", "mean", "p50", "p90", "p95", "p99", "max"},
                                 {distribution_row("latency, ms", traffic.latency_ms),
                                  distribution_row("first token, ms", traffic.first_token_ms),
                                  distribution_row("queue, ms", traffic.queue_ms),
                                  distribution_row("prompt, tokens", traffic.prompt_tokens),
                                  distribution_row("answer, tokens", traffic.completion_tokens)}) +
                          "<p class=\"note\">Percentiles interpolate linearly between order statistics, over all "
                          "requests.</p>\n");
}

std::string counts_section(const Traffic& traffic) {
  const auto rows = [](const auto& counts) {
    std::vector<Row> result;
    for (const auto& [key, count] : counts) result.push_back({fmt::format("{}", key), format_count(count)});
    return result;
  };
  return html_section("Answers", "<div class=\"columns\">\n" +
                                     html_table({"status", "requests"}, rows(traffic.statuses)) +
                                     html_table({"ended by", "requests"}, rows(traffic.finish_reasons)) +
                                     html_table({"model", "requests"}, rows(traffic.models)) + "</div>\n");
}

std::string drift_section(const MonitorReport& report) {
  const Drift& drift = report.drift;
  std::string html = fmt::format("<p>Reference: {}.</p>\n", escape_html(report.reference));
  if (!drift.measured()) {
    html += fmt::format("<p>{}: {} reference and {} current requests, at least {} of each are needed.</p>\n",
                        escape_html(drift.status), drift.reference_requests, drift.current_requests,
                        drift.options.min_requests);
    return html_section("Prompt length drift", html);
  }
  html += fmt::format("<p><b>PSI {}</b> ({}; {} expected without drift), KS {} (p = {:.2g})</p>\n",
                      format_number(drift.psi, 3), drift.severity(), format_number(drift.expected_psi, 2),
                      format_number(drift.ks_statistic, 3), drift.ks_p_value);
  std::vector<SvgBar> bars;
  std::vector<Row> rows;
  for (const DriftBin& bin : drift.bins) {
    const std::string label = bin_label(bin);
    const std::string before = fmt::format("{:.1f} %", 100 * bin.reference_share);
    const std::string now = fmt::format("{:.1f} %", 100 * bin.current_share);
    bars.push_back(
        {label,
         {100 * bin.reference_share, 100 * bin.current_share},
         {fmt::format("{} tokens, reference: {}", label, before), fmt::format("{} tokens, current: {}", label, now)},
         bin.moved});
    rows.push_back({label, format_count(bin.reference), format_count(bin.current), before, now,
                    format_number(bin.psi, 2), fmt::format("{}", fmt::join(bin.examples, " "))});
  }
  html += html_legend({"reference", "current"}) + svg_bars(bars, "% of requests", "prompt lengths in both windows");
  html += "<div class=\"examples\">\n" +
          html_table({"tokens", "reference", "current", "share before", "share now", "PSI", "examples"}, rows) +
          "</div>\n";
  html += fmt::format(
      "<p class=\"note\">* moved. {} bins fixed from the reference's quantiles, {} requests added to each bin of "
      "both windows.</p>\n",
      drift.bins.size(), format_number(drift.options.smoothing));
  return html_section("Prompt length drift", html);
}

}  // namespace

std::string html_report(const MonitorReport& report) {
  std::string html =
      fmt::format("<h1>Served requests{}</h1>\n<p class=\"note\">{} to {}, made {} by run {}</p>\n",
                  report.model.empty() ? "" : " of " + escape_html(report.model), readable_time(report.window.since),
                  readable_time(report.window.until), readable_time(report.made_at), escape_html(report.run_id));
  html += verdict(report) + tiles(report.traffic) + checks_section(report) + latency_section(report) +
          drift_section(report) + measures_section(report.traffic) + counts_section(report.traffic);
  return html_page("Served requests", html);
}

}  // namespace llmops::monitor
