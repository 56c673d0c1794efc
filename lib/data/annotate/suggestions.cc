// Reads suggestions.
#include "data/annotate/suggestions.h"

#include <fmt/format.h>

#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "core/json_lines.h"

namespace llmops::data {

SuggestionCounts read_suggestions(const std::filesystem::path& file, AnnotationProject& project) {
  const std::string text = read_file(file);
  SuggestionCounts counts;
  for (const JsonLine& line : split_json_lines(text, file.string())) {
    const Json json = parse_json(line.text, line.origin);
    const char* key = json.is_object() && json.contains("value") ? "value" : "label";
    Suggestion suggestion;
    suggestion.value = json_get<Json>(json, key, line.origin);
    suggestion.score = json_get_or(json, "score", std::numeric_limits<double>::quiet_NaN(), line.origin);
    suggestion.source = json_get_or<std::string>(json, "source", file.filename().string(), line.origin);
    const Json id = json_get<Json>(json, "id", line.origin);
    ++(project.suggest(id.is_string() ? id.get<std::string>() : id.dump(), suggestion) ? counts.taken : counts.ignored);
  }
  if (counts.taken == 0) {
    throw InputError(fmt::format("{}: no suggestion fits a record and the task", file.string()),
                     R"(lines are {"id": ..., "label": ..., "score": 0.9}, with the records' ids)");
  }
  return counts;
}

}  // namespace llmops::data
