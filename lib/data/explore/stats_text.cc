// `data stats` for people.
#include <fmt/format.h>

#include <algorithm>

#include "core/table.h"
#include "core/terminal.h"
#include "core/units.h"
#include "data/explore/dataset_stats.h"
#include "data/explore/shown_text.h"

namespace llmops::data::explore {
namespace {

constexpr int kChartWidth = 72;
constexpr std::size_t kShownValues = 12;
constexpr auto kRight = Table::Align::kRight;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }
std::string share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-" : percent(static_cast<double>(part) / static_cast<double>(whole));
}
std::string heading(const std::string& title) { return "\n" + paint(Colour::kBold, title) + "\n"; }

std::string facts_section(const DatasetStats& stats) {
  std::string text = fmt::format("{}: {} records, {} in {} {}\n", stats.name, format_count(stats.total.records),
                                 format_bytes(stats.file_bytes), stats.files, stats.files == 1 ? "file" : "files");
  text += fmt::format("text: {} words, {} characters, {}", format_count(stats.total.words),
                      format_count(stats.total.characters), format_bytes(stats.total.bytes));
  if (stats.tokens > 0) {
    text +=
        fmt::format(", {} tokens packed ({} supervised)", format_count(stats.tokens), format_count(stats.supervised));
  }
  text += "\nshapes:";
  for (std::size_t i = 0; i < stats.shapes.size(); ++i) {
    if (stats.shapes[i] > 0)
      text += fmt::format(" {} {}", format_count(stats.shapes[i]), record_shape_name(static_cast<RecordShape>(i)));
  }
  if (stats.first_bad) {
    text += fmt::format("\nnot read: {} lines that are no JSON object, first {}:{}", format_count(stats.bad_lines),
                        stats.first_bad->file, stats.first_bad->line);
  }
  return text + fmt::format("\nduplicates: {} records ({}) repeat an earlier text, {} texts are distinct\n",
                            format_count(stats.duplicates.records),
                            share_of(stats.duplicates.records, stats.total.records),
                            format_count(stats.duplicates.distinct));
}

std::string lengths_section(const DatasetStats& stats, int width) {
  std::vector<Table::Column> columns = {{"length", Table::Align::kLeft}, {"mean", kRight}, {"min", kRight}};
  for (const int p : kShownPercentiles) columns.push_back({fmt::format("p{}", p), kRight});
  columns.push_back({"max", kRight});
  Table table(columns);
  const auto add = [&table](const char* name, const LengthCounts& counts) {
    std::vector<std::string> cells = {name, format_number(counts.mean(), 4), format_count(counts.least())};
    for (const int p : kShownPercentiles) cells.push_back(format_number(counts.percentile(p)));
    cells.push_back(format_count(counts.most()));
    table.add_row(std::move(cells));
  };
  add("words", stats.words);
  add("characters", stats.characters);
  if (stats.turns.count() > 0) add("turns", stats.turns);
  if (stats.pairs.pairs > 0) {
    add("chosen, words", stats.pairs.chosen);
    add("rejected, words", stats.pairs.rejected);
  }
  std::vector<std::pair<std::string, double>> bars;
  for (const LengthCounts::Bin& bin : stats.words.histogram())
    bars.emplace_back(bin.label(), static_cast<double>(bin.count));
  std::string text = heading("Lengths") + table.render(width) + "\nrecords by words\n" +
                     bar_chart(bars, width > 0 ? std::min(width, kChartWidth) : kChartWidth);
  if (stats.pairs.pairs > 0) {
    text += fmt::format("the chosen answer is the longer one in {} of {} pairs, the rejected one in {}\n",
                        share_of(stats.pairs.chosen_longer, stats.pairs.pairs), format_count(stats.pairs.pairs),
                        share_of(stats.pairs.rejected_longer, stats.pairs.pairs));
  }
  return text;
}

std::string sizes_table(const std::string& name, const std::vector<std::pair<std::string, Sizes>>& rows,
                        const Sizes& total, int width) {
  Table table(
      {{name}, {"records", kRight}, {"share", kRight}, {"words", kRight}, {"words each", kRight}, {"text", kRight}});
  for (std::size_t i = 0; i < std::min(rows.size(), kShownValues); ++i) {
    const auto& [value, sizes] = rows[i];
    const double each = sizes.records == 0 ? 0 : static_cast<double>(sizes.words) / static_cast<double>(sizes.records);
    table.add_row({shown_line(value, 60), format_count(sizes.records), share_of(sizes.records, total.records),
                   format_count(sizes.words), format_number(each, 4), format_bytes(sizes.bytes)});
  }
  std::string text = "\n" + table.render(width);
  if (rows.size() > kShownValues) text += fmt::format("and {} more\n", format_count(rows.size() - kShownValues));
  return text;
}

std::string fields_section(const DatasetStats& stats, int width) {
  Table table({{"field"}, {"records", kRight}, {"missing", kRight}, {"empty", kRight}, {"kinds"}});
  for (const auto& [name, field] : stats.fields.fields()) {
    std::string kinds;
    for (std::size_t kind = 0; kind < field.kinds.size(); ++kind) {
      if (field.kinds[kind] > 0)
        kinds += (kinds.empty() ? "" : ", ") + std::string(json_kind_name(static_cast<JsonKind>(kind)));
    }
    table.add_row({shown_line(name, 40), format_count(field.records),
                   format_count(stats.fields.records() - std::min(stats.fields.records(), field.records)),
                   format_count(field.empty), kinds});
  }
  return heading("Fields") + table.render(width);
}

std::string words_section(const DatasetStats& stats, int width) {
  Table table({{"word"}, {"count", kRight}, {"two words"}, {"count", kRight}, {"three words"}, {"count", kRight}});
  std::size_t rows = 0;
  for (const auto& top : stats.top) rows = std::max(rows, top.size());
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<std::string> cells;
    for (const auto& top : stats.top) {
      cells.push_back(i < top.size() ? shown_line(top[i].text, 40) : "");
      cells.push_back(i < top.size() ? format_count(top[i].count) : "");
    }
    table.add_row(std::move(cells));
  }
  std::string text =
      heading("Words") + fmt::format("{}{} different words, {} a word\n", stats.vocabulary_exact ? "" : "about ",
                                     format_count(stats.vocabulary), format_number(stats.type_token_ratio(), 3));
  text += table.render(width);
  if (stats.top_error[2] > 0) {
    text += fmt::format("counts may be too low by {}, {} and {}\n", format_count(stats.top_error[0]),
                        format_count(stats.top_error[1]), format_count(stats.top_error[2]));
  }
  return text;
}

std::string conversations_section(const DatasetStats& stats, int width) {
  if (stats.roles.empty()) return "";
  Table table({{"role"}, {"turns", kRight}, {"words", kRight}, {"words each", kRight}});
  for (const auto& [role, counts] : stats.roles) {
    table.add_row({shown_line(role, 40), format_count(counts.turns), format_count(counts.words),
                   format_number(static_cast<double>(counts.words) / static_cast<double>(counts.turns), 4)});
  }
  return heading("Conversations") + table.render(width);
}

std::string mentions_section(const MentionReport& report, int width) {
  if (report.groups.empty()) return "";
  Table table(
      {{"axis"}, {"group"}, {"mentions", kRight}, {"records", kRight}, {"share", kRight}, {"ratio, 95 %"}, {"words"}});
  for (const GroupReport& group : report.groups) {
    std::string ratio = group.reference ? "1" : format_number(group.ratio, 3);
    if (!group.reference && group.ratio_high > 0)
      ratio += fmt::format(" ({}-{})", format_number(group.ratio_low, 2), format_number(group.ratio_high, 2));
    std::string near;
    for (std::size_t i = 0; i < std::min<std::size_t>(5, group.words.size()); ++i)
      near += (near.empty() ? "" : " ") + shown_line(group.words[i].word, 24);
    table.add_row({group.axis, group.name, format_count(group.mentions), format_count(group.records),
                   percent(group.share), ratio, near});
  }
  return heading("Mentions of groups") + table.render(width) +
         "share of the axis's mentions, ratio to its most mentioned group, words by mutual information\n";
}

std::string losses_section(const DatasetStats& stats, int width) {
  if (!stats.losses || stats.losses->rules.empty()) return "";
  Table table({{"outcome"}, {"rule"}, {"records", kRight}, {"example"}});
  for (const LostRule& rule : stats.losses->rules) {
    std::string example;
    if (!rule.examples.empty())
      example =
          fmt::format("{}:{} {}", rule.examples[0].path, rule.examples[0].line, shown_line(rule.examples[0].value, 60));
    table.add_row({rule.outcome, rule.rule, format_count(rule.records), example});
  }
  return heading("Not in the dataset") + table.render(width);
}

}  // namespace

std::string DatasetStats::text(int width) const {
  std::string out = facts_section(*this);
  if (total.records == 0) return out;
  if (splits.size() > 1) out += sizes_table("split", splits, total, width);
  for (const Breakdown& breakdown : breakdowns)
    out += sizes_table(breakdown.field(), breakdown.by_records(), total, width);
  out += lengths_section(*this, width) + fields_section(*this, width) + conversations_section(*this, width);
  return out + words_section(*this, width) + mentions_section(mentions, width) + losses_section(*this, width);
}

}  // namespace llmops::data::explore
