#include "data/explore/page/dataset_page.h"

#include <fmt/format.h>

#include "core/html_escape.h"
#include "core/html_page.h"
#include "core/units.h"
#include "data/explore/page/page_parts.h"

namespace llmops::data::explore {
namespace {

std::string tiles(const DatasetStats& stats) {
  std::vector<std::pair<std::string, std::string>> list = {
      {format_count(stats.total.records), "records"},
      {format_bytes(stats.total.bytes), "text"},
      {format_count(stats.total.words), "words"},
      {(stats.vocabulary_exact ? "" : "~") + format_count(stats.vocabulary), "different words"},
      {page::percent_of(stats.duplicates.records, stats.total.records), "repeat an earlier text"}};
  if (stats.tokens > 0) list.insert(list.begin() + 3, {format_count(stats.tokens), "tokens, packed"});
  if (stats.losses) list.emplace_back(format_count(stats.losses->records), "records left out");
  return html_tiles(list);
}

std::string splits_section(const DatasetStats& stats) {
  if (stats.splits.size() < 2) return "";
  std::vector<HtmlRow> rows;
  for (const auto& [split, sizes] : stats.splits) {
    rows.push_back({split, format_count(sizes.records), page::percent_of(sizes.records, stats.total.records),
                    format_count(sizes.words), format_bytes(sizes.bytes)});
  }
  return html_section("Splits", html_table({"split", "records", "share", "words", "text"}, rows));
}

}  // namespace

std::string dataset_page(const DatasetStats& stats, const TopicMap* topics) {
  std::string body = fmt::format("<style>{}</style>\n<h1>{}</h1>\n", page::kStyle, escape_html(stats.name));
  body += page::note(
      fmt::format("{} in {} {}", format_bytes(stats.file_bytes), stats.files, stats.files == 1 ? "file" : "files"));
  if (stats.first_bad) {
    body += fmt::format("<p class=\"verdict bad\">{} lines are no JSON object, the first is {}:{}</p>\n",
                        format_count(stats.bad_lines), escape_html(stats.first_bad->file), stats.first_bad->line);
  }
  body += tiles(stats) + splits_section(stats);
  if (stats.total.records > 0) body += page::lengths_section(stats);
  if (topics != nullptr) body += page::topics_section(*topics);
  for (const Breakdown& breakdown : stats.breakdowns) body += page::breakdown_section(breakdown, stats.total);
  body += page::conversations_section(stats) + page::words_section(stats) + page::duplicates_section(stats) +
          page::mentions_section(stats.mentions) + page::losses_section(stats) + page::fields_section(stats);
  return html_page(stats.name, body);
}

}  // namespace llmops::data::explore
