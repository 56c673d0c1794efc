// Text after a change, and for each of its bytes where in the input it came from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace llmops::text {

/// begin[i] and end[i] bound the input bytes that text[i] stems from; both never decrease.
struct AlignedText {
  std::string text;
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> end;

  /// A part of the input itself: byte i stems from [base + i, base + i + 1).
  static AlignedText identity(std::string_view part, std::size_t base = 0);
  /// Appends bytes that all stem from [from, to).
  void append(std::string_view bytes, std::uint32_t from, std::uint32_t to);
  /// Appends bytes [at, at + length) of another, as they are.
  void append_from(const AlignedText& other, std::size_t at, std::size_t length);
};

/// Puts `bytes`, which stem from no input, before the text; `at` is where in the input it begins.
void prepend(AlignedText& text, std::string_view bytes, std::uint32_t at);

/// The input that bytes [begin, end) of the text stem from; an empty range for what was added.
Range input_range(const AlignedText& text, std::size_t begin, std::size_t end);

}  // namespace llmops::text
