// Text from elsewhere on a terminal: broken into lines, and without the power to move the cursor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmops {

/// Control characters as the symbols that stand for them ("␛"), tabs as blanks; line breaks stay. What is not UTF-8
/// becomes U+FFFD. A text shown so cannot change the terminal, whoever wrote it.
std::string visible_text(std::string_view text);

/// Lines of at most `width` columns, broken at blanks where there are some, else anywhere. Line breaks of the text
/// stay.
std::vector<std::string> wrap_text(std::string_view text, int width);

}  // namespace llmops
