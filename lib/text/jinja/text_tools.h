// What string methods and text filters share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

enum class Side { kBoth, kLeft, kRight };

/// Without the characters of `set` at the ends; a null set means white space.
std::string strip(std::string_view text, const std::string* set, Side side);
/// @param most  replacements at most; below 0: all
std::string replace(const std::string& text, const std::string& from, const std::string& to, std::int64_t most,
                    Interpreter& interpreter);
std::string escape_html(std::string_view text);
std::string lower(std::string_view text);
std::string upper(std::string_view text);
std::string capitalize(std::string_view text);  ///< the first character upper, the others lower
std::string title(std::string_view text, bool after_any_non_letter);
/// With spaces (or `fill`) on both sides, as str.center.
std::string center(const std::string& text, std::int64_t width, const std::string& fill, Interpreter& interpreter);

}  // namespace llmops::text::jinja
