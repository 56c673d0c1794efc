// The "pattern" field of tokenizer.json's rules: {"String": ...} or {"Regex": ...}.
#include "text/bpe/pattern.h"

#include <fmt/format.h>

#include "core/error.h"

namespace llmops::text {

Regex read_pattern(const Json& rule, const std::string& origin) {
  const auto pattern = json_get<Json>(rule, "pattern", origin);
  if (pattern.is_string()) return {Regex::quote(pattern.get<std::string>()), origin};
  if (pattern.is_object() && pattern.contains("String")) {
    return {Regex::quote(json_get<std::string>(pattern, "String", origin)), origin};
  }
  if (pattern.is_object() && pattern.contains("Regex")) {
    return {json_get<std::string>(pattern, "Regex", origin), origin};
  }
  throw InputError(fmt::format("{}: 'pattern' is neither {{\"String\": ...}} nor {{\"Regex\": ...}}", origin));
}

}  // namespace llmops::text
