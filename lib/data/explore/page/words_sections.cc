// Words, mentions of groups, and what was left out.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/html_escape.h"
#include "core/html_page.h"
#include "core/units.h"
#include "data/explore/page/page_parts.h"
#include "data/explore/shown_text.h"

namespace llmops::data::explore::page {
namespace {

/// Where a ratio lies on a scale from 1/1000 to 2, in percent of its width.
double on_scale(double ratio) {
  const double low = std::log(0.001), high = std::log(2.0);
  return 100 * std::clamp((std::log(std::max(ratio, 1e-9)) - low) / (high - low), 0.0, 1.0);
}

std::string ratio_cell(const GroupReport& group) {
  if (group.mentions == 0) return "-";
  std::string html =
      "<span class=\"ratio\"><span class=\"range\">" + fmt::format("<u style=\"left:{:.1f}%\"></u>", on_scale(1));
  std::string title = format_number(group.ratio, 3);
  if (group.ratio_high > 0 && !group.reference) {
    const double left = on_scale(group.ratio_low);
    html += fmt::format("<b style=\"left:{:.1f}%;width:{:.1f}%\"></b>", left, on_scale(group.ratio_high) - left);
    title += fmt::format(" ({}-{})", format_number(group.ratio_low, 2), format_number(group.ratio_high, 2));
  }
  html += fmt::format("<i style=\"left:{:.1f}%\"></i></span>", on_scale(group.ratio));
  return html + (group.reference ? "1" : title) + "</span>";
}

std::string group_row(const GroupReport& group) {
  std::string words;
  for (const AssociatedWord& word : group.words) {
    words += fmt::format("<span title=\"{} sentences, PMI {:.1f}\">{}</span> ", format_count(word.sentences), word.pmi,
                         escape_html(word.word));
  }
  return fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{:.1f} %</td><td>{}</td><td>{}</td></tr>\n",
                     escape_html(group.name), format_count(group.mentions), format_count(group.records),
                     100 * group.share, ratio_cell(group), words);
}

}  // namespace

std::string words_section(const DatasetStats& stats) {
  constexpr const char* kTitles[] = {"words", "two words", "three words"};
  std::string html = note(fmt::format("{}{} different words in {} (type-token ratio {}).",
                                      stats.vocabulary_exact ? "" : "About ", format_count(stats.vocabulary),
                                      format_count(stats.total.words), format_number(stats.type_token_ratio(), 3)));
  html += "<div class=\"columns\">\n";
  for (std::size_t n = 0; n < stats.top.size(); ++n) {
    std::vector<BarRow> rows;
    for (const CountedText& item : stats.top[n])
      rows.push_back({shown_line(item.text, 60), static_cast<double>(item.count), format_count(item.count), ""});
    html += fmt::format("<div><h3>{}</h3>\n{}</div>\n", kTitles[n], bar_rows(rows));
  }
  html += "</div>\n";
  if (stats.top_error[2] > 0) {
    html += note(fmt::format("Counts may be too low by {}, {} and {}: rare ones were forgotten to bound memory.",
                             format_count(stats.top_error[0]), format_count(stats.top_error[1]),
                             format_count(stats.top_error[2])));
  }
  return html_section("Words", html);
}

std::string mentions_section(const MentionReport& report) {
  if (report.groups.empty()) return "";
  std::string html, axis;
  for (const GroupReport& group : report.groups) {
    if (group.axis != axis) {
      if (!axis.empty()) html += "</tbody>\n</table>\n";
      axis = group.axis;
      html += fmt::format(
          "<h3>{}</h3>\n<table class=\"mentions\">\n<thead><tr><th>group</th><th>mentions</th><th>records</th>"
          "<th>share</th><th>ratio</th><th>associated words</th></tr></thead>\n<tbody>\n",
          escape_html(axis));
    }
    html += group_row(group);
  }
  html += "</tbody>\n</table>\n";
  html += note(fmt::format(
      "By small lists of English words. The ratio is to the most mentioned group, with its 95 % interval over records, "
      "on "
      "a logarithmic scale from 0.001 to 2. Associated words share at least {} sentences with a mention and stand by "
      "the lower end of their mutual information's interval.",
      report.min_support));
  return html_section("Mentions of groups of people", html);
}

std::string losses_section(const DatasetStats& stats) {
  if (!stats.losses || stats.losses->rules.empty()) return "";
  std::vector<BarRow> rows;
  std::string examples;
  for (const LostRule& rule : stats.losses->rules) {
    rows.push_back(
        {rule.rule + " (" + rule.outcome + ")", static_cast<double>(rule.records), format_count(rule.records), ""});
    examples += "<h3>" + escape_html(rule.rule) + "</h3>\n";
    for (const LostExample& example : rule.examples) {
      examples += fmt::format("<p class=\"quote\">{}:{} {}</p>\n", escape_html(example.path), example.line,
                              escape_html(shown_line(example.value, 200)));
    }
  }
  return html_section("Left out, by rule", bar_rows(rows) + examples);
}

}  // namespace llmops::data::explore::page
