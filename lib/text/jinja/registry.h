// Filters and tests by name.
#pragma once

#include <string>

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

using FilterFunction = Value (*)(const Value& operand, Arguments arguments, Interpreter& interpreter);
using TestFunction = bool (*)(const Value& operand, Arguments arguments, Interpreter& interpreter);

/// Null for a name that is not known.
FilterFunction find_filter(const std::string& name);
FilterFunction find_text_filter(const std::string& name);
FilterFunction find_markup_filter(const std::string& name);
FilterFunction find_sequence_filter(const std::string& name);
FilterFunction find_selection_filter(const std::string& name);
FilterFunction find_value_filter(const std::string& name);
TestFunction find_test(const std::string& name);

// Filters with a file of their own, for the tables.
Value wordwrap_filter(const Value& operand, Arguments arguments, Interpreter& interpreter);
Value urlize_filter(const Value& operand, Arguments arguments, Interpreter& interpreter);
Value pprint_filter(const Value& operand, Arguments arguments, Interpreter& interpreter);

/// @throws TemplateFailure  "No filter named 'x'"
Value apply_filter(const std::string& name, const Value& operand, Arguments arguments, Interpreter& interpreter);
bool apply_test(const std::string& name, const Value& operand, Arguments arguments, Interpreter& interpreter);

}  // namespace llmops::text::jinja
