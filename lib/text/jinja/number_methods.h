// Attributes and methods of int, bool and float; numbers in texts.
#pragma once

#include <optional>
#include <string_view>

#include "text/jinja/value.h"

namespace llmops::text::jinja {

Value number_attribute(const Value& number, const std::string& name);

/// Python's int(text, base), with digits of any script. @returns none for what is no number
/// @throws TemplateFailure  for one beyond 64 bits
std::optional<Value> parse_integer(std::string_view text, std::int64_t base);
/// Python's float(text).
std::optional<double> parse_float(std::string_view text);
/// Python's int(number). @throws TemplateFailure  for one beyond 64 bits
Value truncate(double number);

}  // namespace llmops::text::jinja
