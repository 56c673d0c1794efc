// A number as printf and Python's format specifications write it.
#pragma once

#include <string>

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

constexpr int kMaxFormatWidth = 10'000;

/// Parts of "[[fill]align][sign][#][0][width][grouping][.precision][type]".
struct FormatSpec {
  std::string fill = " ";
  char align = 0;  ///< "<>^=", 0: the type's own
  char sign = '-';
  bool alternate = false;
  bool zero = false;
  int width = 0;
  char grouping = 0;  ///< ',' or '_'
  int precision = -1;
  char type = 0;
};

/// @throws TemplateFailure  for a malformed specification, or one too wide
FormatSpec parse_format_spec(const std::string& text);

/// What "{:spec}" makes of a value.
/// @throws TemplateFailure  for a type that does not go with it
std::string format_value(const Value& value, const FormatSpec& spec, Interpreter& interpreter);

}  // namespace llmops::text::jinja
