// UTF-8: stepping through text that may be broken, and repairing it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace llmops::text {

/// One step through a text: a code point, or one byte that is not part of any.
struct Utf8Step {
  char32_t code_point = 0;  ///< U+FFFD when not valid
  std::size_t length = 1;   ///< bytes; at least 1
  bool valid = true;
};

/// A one in each byte of eight; times it, the highest byte is the sum of all.
constexpr std::uint64_t kEachByte = 0x0101010101010101;

/// @param at  below text.size(). Surrogates, overlong forms and values above U+10FFFF are not valid. Of a sequence that
/// is not valid the length is its maximal subpart, what one U+FFFD stands for (Unicode 15, section 3.9).
Utf8Step utf8_step(std::string_view text, std::size_t at);

/// Length of the longest valid beginning.
std::size_t utf8_valid_prefix(std::string_view text);
inline bool utf8_valid(std::string_view text) { return utf8_valid_prefix(text) == text.size(); }

/// Bytes at the end that begin a character which more bytes could complete, 0 to 3.
std::size_t utf8_partial_suffix(std::string_view text);

/// A copy in which each maximal broken part is U+FFFD.
std::string utf8_repair(std::string_view text);

void append_utf8(std::string& out, char32_t code_point);

/// Number of code points of valid text.
std::size_t utf8_length(std::string_view text);

}  // namespace llmops::text
