// Style, bars, and the sections on shape and size.
#include "data/explore/page/page_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/html_escape.h"
#include "core/html_page.h"
#include "core/svg_chart.h"
#include "core/units.h"
#include "data/explore/shown_text.h"

namespace llmops::data::explore::page {

// Colours in the order of their use, told apart also with the common kinds of colour blindness for the first eight.
const char* const kStyle = R"css(
:root { --c0: #2f6fde; --c1: #e0812b; --c2: #1d8f5f; --c3: #c0439a; --c4: #8a6d1f; --c5: #17a2b8; --c6: #c0322b;
  --c7: #6b4fc9; --c8: #5f8f1d; --c9: #a0522d; --c10: #4a6580; --c11: #d16b8e; }
@media (prefers-color-scheme: dark) {
  :root { --c0: #6ea3ff; --c1: #f2a65a; --c2: #4cc38a; --c3: #f07ccb; --c4: #d6b94e; --c5: #56d4e6; --c6: #ff7a70;
    --c7: #a78bfa; --c8: #a3d04a; --c9: #d59a72; --c10: #9db4cc; --c11: #f7a8c0; }
}
main { max-width: 980px; }
.bars td { border: 0; padding: 2px 10px 2px 0; }
.bars td:first-child { max-width: 260px; overflow-wrap: anywhere; white-space: normal; }
.bars td:nth-child(2) { width: 60%; }
.columns .bars td:nth-child(2) { width: 34%; }
.columns .bars td:first-child { max-width: 170px; }
.bars td:last-child { text-align: right; white-space: nowrap; }
.bar { display: block; height: 12px; min-width: 1px; border-radius: 2px; background: var(--a); }
.words td:last-child { text-align: left; }
.map { display: block; }
.map circle { fill-opacity: .75; stroke: var(--card); stroke-width: .6; }
.map circle:hover { stroke: var(--ink); stroke-width: 1.5; fill-opacity: 1; }
.map text { fill: var(--ink); font-size: 12px; font-weight: 600; paint-order: stroke; stroke: var(--card);
  stroke-width: 4px; stroke-linejoin: round; pointer-events: none; }
.key { display: inline-block; width: 11px; height: 11px; border-radius: 50%; margin-right: 7px; }
.topics th, .topics td { text-align: left; white-space: normal; vertical-align: top; }
.topics th:nth-child(2), .topics td:nth-child(2) { text-align: right; white-space: nowrap; }
.topics td:last-child { color: var(--soft); font-size: 13px; }
.ratio { display: flex; gap: 10px; align-items: center; white-space: nowrap; }
.range { position: relative; display: block; height: 12px; flex: 0 0 110px; }
.range b { position: absolute; top: 5px; height: 2px; background: var(--soft); }
.range i { position: absolute; top: 2px; width: 8px; height: 8px; margin-left: -4px; border-radius: 50%; background: var(--a); }
.range u { position: absolute; top: 0; height: 12px; border-left: 1px dashed var(--soft); }
.mentions { table-layout: fixed; }
.mentions th, .mentions td { text-align: left; vertical-align: top; white-space: normal; }
.mentions th:nth-child(1) { width: 17%; }
.mentions th:nth-child(2), .mentions th:nth-child(3), .mentions th:nth-child(4) { width: 9%; }
.mentions th:nth-child(5) { width: 30%; }
.mentions th:nth-child(2), .mentions th:nth-child(3), .mentions th:nth-child(4),
.mentions td:nth-child(2), .mentions td:nth-child(3), .mentions td:nth-child(4) { text-align: right; }
.mentions td:last-child { font-size: 13px; }
h3 { font-size: 14px; margin: 14px 0 4px; }
.quote { color: var(--soft); font-size: 13px; margin: 2px 0 2px 12px; overflow-wrap: anywhere; }
)css";

std::string bar_rows(const std::vector<BarRow>& rows) {
  double largest = 0;
  for (const BarRow& row : rows) largest = std::max(largest, row.value);
  std::string html = "<table class=\"bars\">\n<tbody>\n";
  for (const BarRow& row : rows) {
    html += fmt::format(
        "<tr><td>{}</td><td><span class=\"bar\" style=\"width:{:.1f}%\" title=\"{}\"></span></td><td>{}</td></tr>\n",
        escape_html(row.label), largest > 0 ? 100 * row.value / largest : 0, escape_html(row.tooltip),
        escape_html(row.figure));
  }
  return html + "</tbody>\n</table>\n";
}

std::string note(const std::string& text) { return "<p class=\"note\">" + escape_html(text) + "</p>\n"; }

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string lengths_section(const DatasetStats& stats) {
  std::vector<SvgBar> bars;
  for (const LengthCounts::Bin& bin : stats.words.histogram()) {
    bars.push_back({format_count(bin.low),
                    {static_cast<double>(bin.count)},
                    {fmt::format("{} words: {} records, {}", bin.label(), format_count(bin.count),
                                 percent_of(bin.count, stats.total.records))},
                    false});
  }
  HtmlRow head = {"", "mean", "min"};
  for (const int p : kShownPercentiles) head.push_back(fmt::format("p{}", p));
  head.push_back("max");
  std::vector<HtmlRow> rows;
  const auto add = [&rows](const char* name, const LengthCounts& counts) {
    if (counts.count() == 0) return;
    HtmlRow row = {name, format_number(counts.mean(), 4), format_count(counts.least())};
    for (const int p : kShownPercentiles) row.push_back(format_number(counts.percentile(p)));
    row.push_back(format_count(counts.most()));
    rows.push_back(std::move(row));
  };
  add("words", stats.words);
  add("characters", stats.characters);
  add("turns", stats.turns);
  add("chosen, words", stats.pairs.chosen);
  add("rejected, words", stats.pairs.rejected);
  std::string html = svg_bars(bars, "records", "histogram of lengths in words") +
                     note("Each bar begins at the number of words below it; their widths grow.") +
                     html_table(head, rows);
  if (stats.pairs.pairs > 0) {
    html += note(fmt::format("The chosen answer is the longer one in {} of the pairs, the rejected one in {}.",
                             percent_of(stats.pairs.chosen_longer, stats.pairs.pairs),
                             percent_of(stats.pairs.rejected_longer, stats.pairs.pairs)));
  }
  return html_section("Lengths", html);
}

std::string breakdown_section(const Breakdown& breakdown, const Sizes& total) {
  constexpr std::size_t kMost = 20;
  std::vector<BarRow> rows;
  const auto values = breakdown.by_records();
  for (std::size_t i = 0; i < std::min(values.size(), kMost); ++i) {
    const auto& [value, sizes] = values[i];
    rows.push_back({shown_line(value, 80), static_cast<double>(sizes.records),
                    fmt::format("{} ({})", format_count(sizes.records), percent_of(sizes.records, total.records)),
                    fmt::format("{} words, {}", format_count(sizes.words), format_bytes(sizes.bytes))});
  }
  std::string html = bar_rows(rows);
  if (values.size() > kMost) html += note(fmt::format("and {} more", format_count(values.size() - kMost)));
  return html_section("Records by " + breakdown.field(), html);
}

std::string fields_section(const DatasetStats& stats) {
  std::vector<HtmlRow> rows;
  for (const auto& [name, field] : stats.fields.fields()) {
    std::string kinds;
    for (std::size_t kind = 0; kind < field.kinds.size(); ++kind) {
      if (field.kinds[kind] > 0)
        kinds += (kinds.empty() ? "" : ", ") + std::string(json_kind_name(static_cast<JsonKind>(kind)));
    }
    rows.push_back({shown_line(name, 60), format_count(field.records),
                    format_count(stats.fields.records() - std::min(stats.fields.records(), field.records)),
                    format_count(field.empty), kinds});
  }
  return html_section("Fields", html_table({"field", "records", "missing", "empty", "kinds"}, rows));
}

std::string duplicates_section(const DatasetStats& stats) {
  const Duplicates& duplicates = stats.duplicates;
  std::string html =
      fmt::format("<p>{} records repeat an earlier text word for word: {} of the records, {} of the text.</p>\n",
                  format_count(duplicates.records), percent_of(duplicates.records, stats.total.records),
                  percent_of(duplicates.bytes, stats.total.bytes));
  if (!duplicates.most.empty()) {
    std::vector<HtmlRow> rows;
    for (const RepeatedText& text : duplicates.most)
      rows.push_back({shown_line(text.id, 60), format_count(text.count), shown_line(text.beginning, 160)});
    html += "<div class=\"reasons\">" + html_table({"first record", "times", "text"}, rows) + "</div>\n";
  }
  if (stats.clusters && stats.clusters->sizes.count() > 0) {
    std::vector<BarRow> bars;
    for (const LengthCounts::Bin& bin : stats.clusters->sizes.histogram())
      bars.push_back({bin.label() + " records", static_cast<double>(bin.count), format_count(bin.count), ""});
    html += "<h3>Clusters of duplicates and near duplicates, by size</h3>\n" + bar_rows(bars);
    std::vector<HtmlRow> rows;
    for (const auto& [id, size] : stats.clusters->largest) rows.push_back({shown_line(id, 100), format_count(size)});
    html += "<h3>The largest</h3>\n" + html_table({"first record", "records"}, rows);
  }
  return html_section("Duplicates", html);
}

std::string conversations_section(const DatasetStats& stats) {
  if (stats.roles.empty()) return "";
  std::vector<HtmlRow> rows;
  for (const auto& [role, counts] : stats.roles) {
    rows.push_back({shown_line(role, 60), format_count(counts.turns), format_count(counts.words),
                    format_number(static_cast<double>(counts.words) / static_cast<double>(counts.turns), 4)});
  }
  return html_section("Conversations", html_table({"role", "turns", "words", "words a turn"}, rows));
}

}  // namespace llmops::data::explore::page
