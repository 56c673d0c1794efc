// What stands at the ends of a run of characters, and is a word of its own; private to data/rules.
#pragma once

#include <cstddef>
#include <string_view>

namespace llmops::data {

/// Bytes at the begin: a quote, bracket or mark, dots, a currency; 0 for none. @param text  not empty
std::size_t prefix_length(std::string_view text);

/// Bytes at the end: as above, "'s", a number's unit, a full stop that is not part of the word; 0 for none.
/// @param text  not empty
std::size_t suffix_length(std::string_view text);

/// Whether it ends in a full stop that is part of it: "e.g.", "Mr.", "x.".
bool is_abbreviation(std::string_view word);

}  // namespace llmops::data
