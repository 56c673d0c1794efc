// Values as text: Python's str(), repr() and json.dumps().
#pragma once

#include <optional>
#include <string>

#include "text/jinja/value.h"

namespace llmops::text::jinja {

/// What {{ value }} prints.
std::string to_text(const Value& value, Limits& limits);
std::string repr(const Value& value, Limits& limits);
std::string ascii_repr(const Value& value, Limits& limits);  ///< repr() with escapes for what is not ASCII
std::string float_repr(double number);  ///< shortest digits that read back the same, as Python writes them

struct JsonStyle {
  bool ensure_ascii = false;
  bool sort_keys = false;
  std::optional<std::string> indent;  ///< of one level; none: one line
  std::string item_separator = ", ";
  std::string key_separator = ": ";
};

/// @throws TemplateFailure  for what JSON cannot hold
std::string to_json(const Value& value, const JsonStyle& style, Limits& limits);

}  // namespace llmops::text::jinja
