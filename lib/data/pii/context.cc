#include "data/pii/context.h"

#include <algorithm>

#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

bool holds(std::string_view window, std::string_view word) {
  const bool starts = word.front() == '^', ends = word.back() == '$';
  word = word.substr(starts ? 1 : 0, word.size() - (starts ? 1 : 0) - (ends ? 1 : 0));
  for (std::size_t i = 0; i + word.size() <= window.size(); ++i) {
    if (lower(window[i]) != word[0] || !begins_with(window, i, word)) continue;
    if (starts && is_alnum(before(window, i))) continue;
    if (ends && is_alnum(at(window, i + word.size()))) continue;
    return true;
  }
  return false;
}

}  // namespace

std::string_view text_before(std::string_view text, std::size_t position, std::size_t bytes) {
  const std::size_t begin = position > bytes ? position - bytes : 0;
  const std::string_view window = text.substr(begin, position - begin);
  const std::size_t label = window.rfind(']');
  const bool is_label = label != std::string_view::npos && begin + label > 0 && is_upper(text[begin + label - 1]);
  return is_label ? window.substr(label + 1) : window;
}

bool holds_any(std::string_view window, Words words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return holds(window, word); });
}

bool word_before(std::string_view text, std::size_t position, std::size_t bytes, Words words) {
  return holds_any(text_before(text, position, bytes), words);
}

bool word_behind(std::string_view text, std::size_t position, std::size_t bytes, Words words) {
  std::string_view window = text.substr(position, bytes);
  window = window.substr(0, window.find_first_of("\n["));
  return holds_any(window, words);
}

}  // namespace llmops::data::pii
