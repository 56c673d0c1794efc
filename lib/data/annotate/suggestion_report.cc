// Counts of suggestions that were shown, accepted and right.
#include "data/annotate/suggestion_report.h"

#include <fmt/format.h>

#include <map>

#include "core/table.h"
#include "core/units.h"
#include "data/annotate/records.h"

namespace llmops::data {

namespace {

constexpr std::size_t kMostValues = 30;

struct Tally {
  SuggestionSource source;
  std::map<std::string, std::pair<std::size_t, std::size_t>> by_value;
};

void count(Tally& tally, const AnnotationTask& task, const AnnotationEntry& answer) {
  const Json suggested = answer.suggestion.value("value", Json());
  const bool right = suggested == answer.value;
  ++tally.source.shown;
  tally.source.accepted += answer.accepted ? 1 : 0;
  tally.source.right += right ? 1 : 0;
  if (task.kind == AnnotationTask::Kind::kCorrect) return;  // texts are all different
  auto& [times, times_right] = tally.by_value[value_text(task, suggested)];
  ++times;
  times_right += right ? 1 : 0;
}

std::string share(std::size_t part, std::size_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f}%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

Json share_json(std::size_t part, std::size_t whole) {
  return whole == 0 ? Json() : Json(static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace

SuggestionReport measure_suggestions(const AnnotationTask& task, const AnnotationState& state) {
  std::map<std::string, Tally> tallies;
  for (const auto& [id, verdicts] : state.all()) {
    for (const auto& [name, verdict] : verdicts) {
      const AnnotationEntry* answer = verdict.answer();
      if (answer == nullptr || answer->suggestion.is_null()) continue;
      const Json source = answer->suggestion.value("source", Json(""));
      count(tallies[source.is_string() ? source.get<std::string>() : ""], task, *answer);
    }
  }
  SuggestionReport report;
  for (auto& [name, tally] : tallies) {
    tally.source.name = name;
    for (const auto& [value, counts] : tally.by_value) {
      if (tally.source.by_value.size() < kMostValues)
        tally.source.by_value.emplace_back(value, counts.first, counts.second);
    }
    report.sources.push_back(std::move(tally.source));
  }
  return report;
}

Json SuggestionReport::json() const {
  Json list = Json::array();
  for (const SuggestionSource& source : sources) {
    Json values = Json::array();
    for (const auto& [value, times, right] : source.by_value)
      values.push_back({{"value", value}, {"suggested", times}, {"right", right}});
    list.push_back({{"source", source.name},
                    {"shown", source.shown},
                    {"accepted", source.accepted},
                    {"acceptance", share_json(source.accepted, source.shown)},
                    {"right", source.right},
                    {"accuracy", share_json(source.right, source.shown)},
                    {"by_value", std::move(values)}});
  }
  return list;
}

std::string SuggestionReport::text(int width) const {
  if (sources.empty()) return "";
  Table table({{"suggestions from"},
               {"shown", Table::Align::kRight},
               {"accepted", Table::Align::kRight},
               {"right", Table::Align::kRight}});
  for (const SuggestionSource& source : sources) {
    table.add_row({source.name, format_count(source.shown), share(source.accepted, source.shown),
                   share(source.right, source.shown)});
    for (const auto& [value, times, right] : source.by_value)
      table.add_row({"  " + value, format_count(times), "", share(right, times)});
  }
  return table.render(width);
}

}  // namespace llmops::data
