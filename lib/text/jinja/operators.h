// Python's operators on values of a template.
#pragma once

#include <optional>
#include <string>

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

/// + - * / // % **. @throws TemplateFailure  for types it does not take, a zero divisor, or an overflow
Value arithmetic(const std::string& op, const Value& left, const Value& right, Interpreter& interpreter);
/// == != < <= > >= in "not in"
bool compare(const std::string& op, const Value& left, const Value& right, Interpreter& interpreter);
/// Python's len(); none for what has none.
std::optional<std::size_t> length_of(const Value& value);
bool contains(const Value& container, const Value& element, Interpreter& interpreter);
/// printf-style formatting: "%s is %d" % (a, b). @param escape  make HTML of what is put in, for a safe text
std::string format_percent(const std::string& format, const Value& values, bool escape, Interpreter& interpreter);
/// str.format: "{} is {:d}".format(a, b)
std::string format_braces(const std::string& format, const Arguments& values, bool escape, Interpreter& interpreter);
/// What is put into a text: escaped, unless it is safe itself.
Value escaped(const Value& value, Interpreter& interpreter);

}  // namespace llmops::text::jinja
