// Cleaning of one text: markup, mojibake, normal form, control characters, white space. In that order, as each can make
// work for the next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "data/recipe.h"

namespace llmops::data {

/// All of the below, as the recipe says. @param text  valid UTF-8
std::string clean_text(std::string_view text, const CleanSpec& spec);

/// Unicode Normalization Form C. @throws SystemError  if ICU's data is missing
std::string to_nfc(std::string_view text);

/// Without control characters (but tab and line feed; CR LF and CR become LF), byte order marks, zero-width spaces,
/// soft hyphens, direction overrides and noncharacters. Joiners stay: emoji and several scripts need them.
std::string remove_controls(std::string_view text);

/// All Unicode blanks become plain ones, lines lose their trailing blanks, and at most one empty line separates
/// paragraphs.
/// @param collapse  also trim the start of lines, and make runs of blanks one
std::string tidy_whitespace(std::string_view text, bool collapse);

/// Runs of characters that are not blank.
std::size_t count_words(std::string_view text);

/// "" or the length rule the record breaks: "too_short", "too_long".
std::string broken_length_rule(const Record& record, const CleanSpec& spec);

}  // namespace llmops::data
