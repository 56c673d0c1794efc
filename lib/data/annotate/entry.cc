// Journal entries as JSON.
#include "data/annotate/entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

using Action = AnnotationEntry::Action;

constexpr std::pair<const char*, Action> kActions[] = {{"answer", Action::kAnswer}, {"skip", Action::kSkip},
                                                       {"undo", Action::kUndo},     {"flag", Action::kFlag},
                                                       {"note", Action::kNote},     {"open", Action::kOpen}};

constexpr std::size_t kLongestName = 64;

}  // namespace

Json AnnotationEntry::json() const {
  Json json{{"time", time}, {"annotator", annotator}, {"id", id}};
  for (const auto& [name, known] : kActions) {
    if (known == action) json["action"] = name;
  }
  if (!value.is_null()) json["value"] = value;
  if (action == Action::kAnswer || action == Action::kSkip) json["seconds"] = std::round(seconds * 10) / 10;
  if (action == Action::kNote) json["note"] = note;
  if (!suggestion.is_null()) json.update({{"suggestion", suggestion}, {"accepted", accepted}});
  if (!through.empty()) json["through"] = through;
  return json;
}

AnnotationEntry parse_annotation_entry(const Json& json, std::string_view origin) {
  AnnotationEntry entry;
  const auto action = json_get<std::string>(json, "action", origin);
  const auto known =
      std::find_if(std::begin(kActions), std::end(kActions), [&](const auto& pair) { return action == pair.first; });
  if (known == std::end(kActions)) throw InputError(fmt::format("{}: 'action' is '{}'", origin, action));
  entry.action = known->second;
  entry.time = json_get<std::string>(json, "time", origin);
  entry.annotator = json_get<std::string>(json, "annotator", origin);
  entry.id = json_get<std::string>(json, "id", origin);
  entry.value = json.value("value", Json());
  entry.seconds = json_get_or(json, "seconds", 0.0, origin);
  entry.note = json_get_or<std::string>(json, "note", "", origin);
  entry.suggestion = json.value("suggestion", Json());
  if (!entry.suggestion.is_null() && !entry.suggestion.is_object())
    throw_json_type("suggestion", entry.suggestion, origin);
  entry.accepted = json_get_or(json, "accepted", false, origin);
  entry.through = json_get_or<std::string>(json, "through", "", origin);
  return entry;
}

Json suggestion_json(const Suggestion& suggestion) {
  const Json score = std::isfinite(suggestion.score) ? Json(suggestion.score) : Json();
  return {{"value", suggestion.value}, {"score", score}, {"source", suggestion.source}};
}

std::string checked_annotator(const std::string& name) {
  const bool control = std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (name.empty() || control || !text::utf8_valid(name) || text::utf8_length(name) > kLongestName ||
      name.front() == ' ' || name.back() == ' ') {
    throw UsageError(fmt::format("'{}' cannot be an annotator's name", text::utf8_repair(name).substr(0, 80)),
                     fmt::format("1 to {} characters on one line, as in --annotator ann", kLongestName));
  }
  return name;
}

}  // namespace llmops::data
