// Small questions about bytes of a text that every scanner asks.
#pragma once

#include <string_view>

namespace llmops::data::pii {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
inline bool is_letter(char c) { return is_upper(c) || is_lower(c); }
inline bool is_alnum(char c) { return is_digit(c) || is_letter(c); }
inline bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
/// Part of a character of several bytes: letters of other scripts, for what matters here.
inline bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }
inline char lower(char c) { return is_upper(c) ? static_cast<char>(c | 0x20) : c; }
inline char upper(char c) { return is_lower(c) ? static_cast<char>(c & ~0x20) : c; }

/// The byte at `i`, or a blank outside the text.
inline char at(std::string_view text, std::size_t i) { return i < text.size() ? text[i] : ' '; }
/// The byte in front of `i`, or a blank.
inline char before(std::string_view text, std::size_t i) { return i > 0 && i <= text.size() ? text[i - 1] : ' '; }

/// Whether [begin, end) is not within a longer word or number: no letter, digit or underscore touches it.
inline bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  const char left = before(text, begin), right = at(text, end);
  return !is_alnum(left) && !is_high(left) && left != '_' && !is_alnum(right) && !is_high(right) && right != '_';
}

/// Whether ASCII letters of `text` from `i` on are those of `lower_word`, in either case.
inline bool begins_with(std::string_view text, std::size_t i, std::string_view lower_word) {
  if (i > text.size() || text.size() - i < lower_word.size()) return false;
  for (std::size_t k = 0; k < lower_word.size(); ++k) {
    if (lower(text[i + k]) != lower_word[k]) return false;
  }
  return true;
}

}  // namespace llmops::data::pii
