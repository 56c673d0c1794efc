// A comparison as JSON and for people.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/table.h"
#include "core/terminal.h"
#include "core/units.h"
#include "data/explore/dataset_diff.h"
#include "data/explore/shown_text.h"

namespace llmops::data::explore {
namespace {

constexpr auto kRight = Table::Align::kRight;

Json side_json(const DiffSide& side) {
  Json json = {{"name", side.name}};
  json.update(side.total.json());
  json["bad_lines"] = side.bad_lines;
  for (const auto& [split, sizes] : side.splits) json["splits"][split] = sizes.json();
  json["words_each"] = side.words.json();
  if (side.languages.present()) json["language"] = side.languages.json();
  if (side.sources.present()) json["source"] = side.sources.json();
  return json;
}

Json examples_json(const std::vector<DiffExample>& examples) {
  Json list = Json::array();
  for (const DiffExample& example : examples) {
    Json json = {{"id", example.id}};
    if (!example.split.empty()) json["split"] = example.split;
    if (!example.before.empty()) json["before"] = example.before;
    if (!example.after.empty()) json["after"] = example.after;
    list.push_back(std::move(json));
  }
  return list;
}

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string records_table(const DatasetDiff& diff, int width) {
  Table table({{"records"}, {"count", kRight}, {"share", kRight}});
  const auto add = [&](const char* name, std::uint64_t count, std::uint64_t whole) {
    table.add_row({name, format_count(count), percent_of(count, whole)});
  };
  add("the same", diff.same, diff.after.total.records);
  add("same text, another id", diff.renamed, diff.after.total.records);
  add("changed", diff.changed, diff.after.total.records);
  add("added", diff.added, diff.after.total.records);
  add("removed", diff.removed, diff.before.total.records);
  for (const auto& [splits, count] : diff.moves)
    add(fmt::format("moved: {} to {}", splits.first, splits.second).c_str(), count, diff.after.total.records);
  return table.render(width);
}

std::string sizes_table(const DatasetDiff& diff, int width) {
  Table table({{""}, {"before", kRight}, {"after", kRight}});
  const auto add = [&](const std::string& name, double a, double b) {
    table.add_row({name, format_number(a), format_number(b)});
  };
  table.add_row({"records", format_count(diff.before.total.records), format_count(diff.after.total.records)});
  table.add_row({"words", format_count(diff.before.total.words), format_count(diff.after.total.words)});
  table.add_row({"text", format_bytes(diff.before.total.bytes), format_bytes(diff.after.total.bytes)});
  add("words a record", diff.before.words.mean(), diff.after.words.mean());
  for (const int p : {5, 50, 95})
    add(fmt::format("  p{}", p), diff.before.words.percentile(p), diff.after.words.percentile(p));
  return "\n" + table.render(width);
}

std::string shares_table(const Breakdown& before, const Breakdown& after, const DatasetDiff& diff, int width) {
  if (!before.present() && !after.present()) return "";
  constexpr std::size_t kMost = 12;
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> values;
  for (const auto& [value, sizes] : before.by_records()) values[value].first = sizes.records;
  for (const auto& [value, sizes] : after.by_records()) values[value].second = sizes.records;
  std::vector<std::pair<std::string, std::pair<std::uint64_t, std::uint64_t>>> rows(values.begin(), values.end());
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return a.second.first + a.second.second > b.second.first + b.second.second;
  });
  if (rows.size() > kMost) rows.resize(kMost);
  Table table({{before.field()}, {"before", kRight}, {"share", kRight}, {"after", kRight}, {"share", kRight}});
  for (const auto& [value, counts] : rows) {
    table.add_row({shown_line(value, 60), format_count(counts.first),
                   percent_of(counts.first, diff.before.total.records), format_count(counts.second),
                   percent_of(counts.second, diff.after.total.records)});
  }
  return "\n" + table.render(width);
}

std::string words_table(const std::vector<WordShift>& words, int width) {
  std::string text;
  for (const bool more : {true, false}) {
    Table table({{more ? "more after" : "more before"},
                 {"before", kRight},
                 {"after", kRight},
                 {"log-odds", kRight},
                 {"z", kRight}});
    for (const WordShift& word : words) {
      if ((word.z > 0) != more) continue;
      table.add_row({shown_line(word.word, 40), format_count(word.before), format_count(word.after),
                     fmt::format("{:+.2f}", word.log_odds), fmt::format("{:+.1f}", word.z)});
    }
    if (!table.empty()) text += "\n" + table.render(width);
  }
  return text;
}

std::string examples_text(const DatasetDiff& diff) {
  std::string text;
  const auto show = [&text](const char* mark, Colour colour, const std::string& line) {
    text += paint(colour, fmt::format("  {} {}", mark, shown_line(line, 160))) + "\n";
  };
  const auto add = [&](const char* what, const std::vector<DiffExample>& examples) {
    for (const DiffExample& example : examples) {
      text += fmt::format("\n{} {}{}\n", what, example.id.empty() ? "(no id)" : shown_line(example.id, 80),
                          example.split.empty() ? "" : " in " + example.split);
      if (!example.before.empty()) show("-", Colour::kRed, example.before);
      if (!example.after.empty()) show("+", Colour::kGreen, example.after);
    }
  };
  add("changed", diff.changed_examples);
  add("added", diff.added_examples);
  add("removed", diff.removed_examples);
  return text;
}

}  // namespace

Json DatasetDiff::json() const {
  Json moved = Json::array();
  for (const auto& [splits, count] : moves)
    moved.push_back({{"from", splits.first}, {"to", splits.second}, {"records", count}});
  return {
      {"before", side_json(before)},
      {"after", side_json(after)},
      {"records", {{"same", same}, {"renamed", renamed}, {"changed", changed}, {"added", added}, {"removed", removed}}},
      {"moves", std::move(moved)},
      {"examples",
       {{"changed", examples_json(changed_examples)},
        {"added", examples_json(added_examples)},
        {"removed", examples_json(removed_examples)}}},
      {"words", word_shifts_json(words)}};
}

std::string DatasetDiff::text(int width) const {
  return records_table(*this, width) + sizes_table(*this, width) +
         shares_table(before.languages, after.languages, *this, width) +
         shares_table(before.sources, after.sources, *this, width) + words_table(words, width) + examples_text(*this);
}

}  // namespace llmops::data::explore
