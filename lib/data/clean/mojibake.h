// Mojibake: text whose UTF-8 bytes were once read as Windows-1252 or Latin-1 ("cafÃ©", "itâ€™s").
#pragma once

#include <string>
#include <string_view>

namespace llmops::data {

/// Undoes that reading, also where it happened several times, and turns C1 controls into the Windows-1252 characters
/// they were. A line at a time: what is doubtful by itself is repaired where all else of its line is. Correct text
/// stays as it is, and text without a lead character is passed over at the speed of memchr.
///
/// @param text  valid UTF-8; so is the result
std::string fix_mojibake(std::string_view text);

/// Whether fix_mojibake() could change the text at all; one fast pass.
bool may_have_mojibake(std::string_view text);

}  // namespace llmops::data
