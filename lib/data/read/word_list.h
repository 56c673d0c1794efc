// Sets of words written as one text.
#pragma once

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace llmops::data {

/// The words of a text, parted by single blanks. @param text  must outlive the set
inline std::unordered_set<std::string_view> word_list(std::string_view text) {
  std::unordered_set<std::string_view> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    words.insert(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace llmops::data
