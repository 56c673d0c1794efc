// The monitor's report for a terminal.
#include "monitor/text_report.h"

#include <fmt/format.h>

#include <cmath>

#include "core/table.h"
#include "core/units.h"
#include "monitor/charts.h"

namespace llmops::monitor {
namespace {

constexpr int kPlainWidth = 78;  // of charts where the terminal's is unknown

std::string counts_line(const auto& counts) {
  std::string line;
  for (const auto& [key, count] : counts)
    line += fmt::format("{}{} {}", line.empty() ? "" : ", ", key, format_count(count));
  return line.empty() ? "none" : line;
}

void add_distribution(Table& table, const std::string& name, const Distribution& distribution) {
  std::vector<std::string> cells{name, format_count(distribution.count)};
  if (distribution.count == 0) {
    cells.insert(cells.end(), 6, "-");
  } else {
    cells.push_back(format_number(distribution.mean, 3));
    for (const auto& [p, value] : distribution.percentiles) cells.push_back(format_number(value, 3));
    cells.push_back(format_number(distribution.max, 3));
  }
  table.add_row(std::move(cells));
}

std::string distributions(const Traffic& traffic, int width) {
  const auto right = Table::Align::kRight;
  Table table({{"", Table::Align::kLeft},
               {"n", right},
               {"mean", right},
               {"p50", right},
               {"p90", right},
               {"p95", right},
               {"p99", right},
               {"max", right}});
  add_distribution(table, "latency, ms", traffic.latency_ms);
  add_distribution(table, "first token, ms", traffic.first_token_ms);
  add_distribution(table, "queue, ms", traffic.queue_ms);
  add_distribution(table, "prompt, tokens", traffic.prompt_tokens);
  add_distribution(table, "answer, tokens", traffic.completion_tokens);
  return table.render(width);
}

std::string drift_text(const MonitorReport& report, int width) {
  const Drift& drift = report.drift;
  std::string text = fmt::format("prompt length against {}: ", report.reference);
  if (!drift.measured()) {
    return text + fmt::format("{} ({} reference and {} current requests, at least {} of each are needed)\n",
                              drift.status, drift.reference_requests, drift.current_requests,
                              drift.options.min_requests);
  }
  text += fmt::format("PSI {} ({}; {} expected without drift), KS {} (p = {:.2g})\n", format_number(drift.psi, 3),
                      drift.severity(), format_number(drift.expected_psi, 2), format_number(drift.ks_statistic, 3),
                      drift.ks_p_value);
  const auto right = Table::Align::kRight;
  Table table({{"tokens", Table::Align::kLeft},
               {"reference", right},
               {"current", right},
               {"PSI", right},
               {"example", Table::Align::kLeft}});
  for (const DriftBin& bin : drift.bins) {
    table.add_row({bin_label(bin), fmt::format("{:.1f} %", 100 * bin.reference_share),
                   fmt::format("{:.1f} %", 100 * bin.current_share), format_number(bin.psi, 2),
                   bin.examples.empty() ? "" : bin.examples.front()});
  }
  return text + table.render(width);
}

std::string checks_text(const MonitorReport& report) {
  if (report.checks.empty()) return "";
  std::string text = "\n";
  for (const Check& check : report.checks) {
    text += fmt::format("{} {}\n", check.alert ? "ALERT" : check.value ? "ok   " : "-    ", describe(check));
  }
  return text;
}

}  // namespace

std::string text_report(const MonitorReport& report, int width) {
  const Traffic& traffic = report.traffic;
  std::string text = fmt::format("{} to {}{}\n", report.window.since, report.window.until,
                                 report.model.empty() ? "" : ", model " + report.model);
  if (traffic.requests == 0) return text + "no requests in this window\n" + checks_text(report);
  text += fmt::format("{} requests, {} errors ({:.2f} %), {} cancelled by the client\n", format_count(traffic.requests),
                      format_count(traffic.errors), 100 * traffic.error_rate(), format_count(traffic.cancelled));
  text += fmt::format("{} tokens in, {} out, {} tokens/s out, {} requests/min over {}\n",
                      format_count(static_cast<std::uint64_t>(traffic.total_prompt_tokens)),
                      format_count(static_cast<std::uint64_t>(traffic.total_completion_tokens)),
                      format_number(traffic.tokens_per_second(), 3), format_number(traffic.requests_per_minute(), 3),
                      format_duration(traffic.seconds));
  text += fmt::format("ended by {}; status {}\n\n", counts_line(traffic.finish_reasons), counts_line(traffic.statuses));
  text += distributions(traffic, width);
  const int chart_width = width == 0 ? kPlainWidth : std::min(width, 100);
  if (!report.points.empty()) {
    std::vector<std::pair<std::string, double>> bars;
    for (const HistogramBar& bar : latency_histogram(report.points, 8))
      bars.emplace_back(bar.label + " ms", static_cast<double>(bar.count));
    text += "\nlatency of answered requests\n" + bar_chart(bars, chart_width);
  }
  return text + "\n" + drift_text(report, width) + checks_text(report);
}

}  // namespace llmops::monitor
