// The report for people: one table that adds up, the splits, and the length histogram.
#include <fmt/format.h>

#include "core/table.h"
#include "core/units.h"
#include "data/read/schema.h"
#include "data/write/report.h"

namespace llmops::data {

namespace {

constexpr int kChartWidth = 72;

std::string share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "" : fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

// outcome, rule, records, share: the rows of both forms of the table.
std::vector<std::array<std::string, 4>> account(const PrepareReport& report) {
  std::vector<std::array<std::string, 4>> rows;
  const auto add = [&](const char* outcome, const std::string& rule, std::uint64_t count) {
    rows.push_back({outcome, rule, format_count(count), share_of(count, report.read)});
  };
  for (const auto& [rule, count] : report.rejected) add("rejected", rule, count);
  for (const auto& [rule, count] : report.dropped) add("dropped", rule, count);
  for (const Split split : kSplits) {
    add("kept", split_name(split), report.splits[static_cast<std::size_t>(split)].records);
  }
  add("read", "", report.read);
  return rows;
}

std::string facts(const PrepareReport& report) {
  std::string text = fmt::format("{} kept of {} records, {} files, {}", format_count(report.kept),
                                 format_count(report.read), report.files, format_bytes(report.bytes_in));
  if (report.tokens() > 0) text += fmt::format(", {} tokens", format_count(report.tokens()));
  text += fmt::format("\nclusters of duplicates: {}", format_count(report.clusters));
  if (report.copies > 0) text += fmt::format("\ncopies by weight: {}", format_count(report.copies));
  for (const auto& [schema, count] : report.schemas) {
    text += fmt::format("\nread as {}: {} ({})", schema, format_count(count), schema_fields(schema));
  }
  if (!report.redacted.empty()) {
    text += "\nredacted:";
    for (const auto& [type, count] : report.redacted) text += fmt::format(" {} {}", format_count(count), type);
  }
  if (!report.skipped.empty()) text += fmt::format("\nskipped, format not known: {} files", report.skipped.size());
  return text + "\n";
}

std::string histogram(const PrepareReport& report, int width) {
  std::vector<std::pair<std::string, double>> bars;
  for (const auto& [label, count] : report.lengths) bars.emplace_back(label, static_cast<double>(count));
  return bars.empty() ? "" : bar_chart(bars, width);
}

}  // namespace

std::string PrepareReport::text(int width) const {
  Table table({{"outcome"}, {"rule"}, {"records", Table::Align::kRight}, {"share", Table::Align::kRight}});
  for (const auto& [outcome, rule, count, share] : account(*this)) table.add_row({outcome, rule, count, share});
  return table.render(width) + "\n" + facts(*this) + "\nlengths in " + length_unit + "\n" +
         histogram(*this, width > 0 ? std::min(width, kChartWidth) : kChartWidth);
}

std::string PrepareReport::markdown() const {
  std::string out = "# Dataset " + name + "\n\n| outcome | rule | records | share |\n|---|---|---:|---:|\n";
  for (const auto& [outcome, rule, count, share] : account(*this)) {
    out += fmt::format("| {} | {} | {} | {} |\n", outcome, rule, count, share);
  }
  out += "\n" + facts(*this) + "\n## Lengths in " + length_unit + "\n\n```\n" + histogram(*this, kChartWidth) + "```\n";
  return out;
}

}  // namespace llmops::data
