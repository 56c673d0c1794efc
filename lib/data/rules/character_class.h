// What the quality rules ask of a character: one look-up answers all of it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace llmops::data {

/// Bits of a character's class. A letter with neither kUpper nor kLower belongs to a script without case.
enum CharacterBits : std::uint16_t {
  kLetter = 1,        ///< Python's isalpha
  kUpper = 2,         ///< letter
  kLower = 4,         ///< letter
  kDigit = 8,         ///< decimal
  kSpace = 16,        ///< Python's isspace
  kAffix = 32,        ///< stands alone at either end of a word: quotes, brackets, commas, pictures
  kPunctuation = 64,  ///< category P
  kSymbol = 128,      ///< of the set whose words alone are no words to Gopher's rules
  kTerminal = 256,    ///< ends a sentence
  kCurrency = 512,    ///< before an amount, or behind one
  kQuote = 1024,      ///< single and double, of any style
};

/// Of any character, from ICU.
std::uint16_t character_class(char32_t c);

namespace character_class_detail {

constexpr std::uint16_t ascii_class(char c) {
  constexpr std::string_view kMarks = "%=,:;!?()[]{}<>_#*&'\"`$";
  const auto is = [c](std::string_view set) { return set.find(c) != set.npos; };
  if (c >= 'a' && c <= 'z') return kLetter | kLower;
  if (c >= 'A' && c <= 'Z') return kLetter | kUpper;
  if (c >= '0' && c <= '9') return kDigit;
  unsigned bits = (c > ' ' && c < 0x7F) || !is("\t\n ") ? kSymbol : 0;
  if (c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F)) bits |= kSpace;
  if (is(kMarks)) bits |= kAffix;
  if (c > ' ' && c < 0x7F && !is("$+<=>^`|~")) bits |= kPunctuation;
  if (is(".!?")) bits |= kTerminal;
  if (c == '$') bits |= kCurrency;
  if (is("'\"`")) bits |= kQuote;
  return static_cast<std::uint16_t>(bits);
}

constexpr std::array<std::uint16_t, 128> ascii_classes() {
  std::array<std::uint16_t, 128> classes{};
  for (int c = 0; c < 128; ++c) classes[static_cast<std::size_t>(c)] = ascii_class(static_cast<char>(c));
  return classes;
}

}  // namespace character_class_detail

inline constexpr std::array<std::uint16_t, 128> kAsciiClasses = character_class_detail::ascii_classes();

struct ClassStep {
  std::uint16_t bits = 0;
  std::uint32_t length = 1;  ///< bytes
};

ClassStep wide_class_step(std::string_view text, std::size_t at);

/// Class and length of the character at `at`; a byte that is not UTF-8 counts as U+FFFD.
inline ClassStep class_step(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte < 0x80 ? ClassStep{kAsciiClasses[byte], 1} : wide_class_step(text, at);
}

/// Class of the last character; 0 for an empty text.
std::uint16_t last_class(std::string_view text);

/// Without white space (Python's) at both ends, or at one.
std::string_view strip(std::string_view text);
std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);

/// Code points; faster than text::utf8_length on long text.
std::size_t count_chars(std::string_view text);

}  // namespace llmops::data
