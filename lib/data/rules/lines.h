// A text's lines, in the two ways in which the published rules see them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace llmops::data {

/// Python's str.splitlines: also \r, \r\n, \v, \f, the separators U+001C to U+001E, U+0085, U+2028 and U+2029 end a
/// line, and what the last line feed ends is followed by no line.
std::vector<std::string_view> python_lines(std::string_view text);

/// Python's text.split("\n"): one line more than there are line feeds.
std::vector<std::string_view> split_lines(std::string_view text);

/// Elements of a list that came before in it, and their code points.
struct Duplicates {
  std::size_t elements = 0;
  std::size_t chars = 0;
};
Duplicates find_duplicates(const std::vector<std::string_view>& elements);

}  // namespace llmops::data
