// Python's operators on values of a template.
#pragma once

#include <string>

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

/// + - * / // % **. @throws TemplateFailure  for types it does not take, a zero divisor, or an overflow
Value arithmetic(const std::string& op, const Value& left, const Value& right, Interpreter& interpreter);
/// == != < <= > >= in "not in"
bool compare(const std::string& op, const Value& left, const Value& right, Interpreter& interpreter);
bool contains(const Value& container, const Value& element, Interpreter& interpreter);
/// printf-style formatting: "%s is %d" % (a, b)
std::string format_percent(const std::string& format, const Value& values, Interpreter& interpreter);

}  // namespace llmops::text::jinja
