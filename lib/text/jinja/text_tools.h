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
/// Lines as str.splitlines has them: of all of Unicode's line ends. Into `text`.
std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends = false);
/// Whether a letter is `wanted` and none `unwanted`.
bool all_cased(std::string_view text, bool (*wanted)(char32_t), bool (*unwanted)(char32_t));
bool is_alphanumeric(char32_t c);  ///< str.isalnum
bool is_identifier(std::string_view text);
std::string fold_case(std::string_view text);
std::string swap_case(std::string_view text);
std::string escape_html(std::string_view text);
std::string lower(std::string_view text);
std::string upper(std::string_view text);
std::string capitalize(std::string_view text);  ///< the first character upper, the others lower
std::string title(std::string_view text, bool after_any_non_letter);
/// With spaces (or `fill`) on both sides, as str.center.
std::string center(const std::string& text, std::int64_t width, const std::string& fill, Interpreter& interpreter);

}  // namespace llmops::text::jinja
