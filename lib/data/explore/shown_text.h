// Text of a dataset as it may be shown: whatever is in it, a terminal must not obey it.
#pragma once

#include <string>
#include <string_view>

namespace llmops::data::explore {

/// One line of at most `most` bytes: control characters are blanks.
std::string shown_line(std::string_view text, std::size_t most);
/// The same without a cut, with its line ends and tabs; other control characters are U+FFFD.
std::string shown_text(std::string_view text);
/// The last `most` bytes, and no part of a character.
std::string_view text_tail(std::string_view text, std::size_t most);

}  // namespace llmops::data::explore
