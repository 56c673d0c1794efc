// Text after a change, and for each of its bytes where in the input it came from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::text {

/// begin[i] and end[i] bound the input bytes that text[i] stems from; both never decrease.
struct AlignedText {
  std::string text;
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> end;

  /// The input itself: byte i stems from [i, i + 1).
  static AlignedText identity(std::string_view input);
  /// Appends bytes that all stem from [from, to).
  void append(std::string_view bytes, std::uint32_t from, std::uint32_t to);
  /// Appends bytes [at, at + length) of another, as they are.
  void append_from(const AlignedText& other, std::size_t at, std::size_t length);
};

/// Puts `bytes`, which stem from no input, before the text.
void prepend(AlignedText& text, std::string_view bytes);

}  // namespace llmops::text
