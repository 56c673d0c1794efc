// Classes from ICU's properties; those below U+10000 are kept in a table, made when the first is asked for.
#include "data/rules/character_class.h"

#include <unicode/uchar.h>

#include <cstring>
#include <memory>

#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

// Beside sentence ends and control characters: what datatrove takes for punctuation. (The fullwidth one is its own.)
constexpr std::u32string_view kSymbols =
    U"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~«´»–—’“”„…∶━►、。〈〉《》「」【】！％（），．１：；？～";

// What English text has at the ends of its words, as spaCy lists it.
constexpr std::u32string_view kMarks = U"§%=—–…,:;!?¿؟¡()[]{}<>_#*&。？！，、；：～·।،۔؛٪";
constexpr std::u32string_view kQuotes = U"'\"”“`‘´’‚„»«「」『』（）〔〕【】《》〈〉⟦⟧";

bool is_terminal(char32_t c) {
  // Khmer's, which not every version of Unicode counts.
  const bool khmer = (c >= 0x17D4 && c <= 0x17D6) || c == 0x17D9 || c == 0x17DA;
  return khmer || u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_S_TERM);
}

}  // namespace

std::uint16_t character_class(char32_t c) {
  const auto category = u_charType(static_cast<UChar32>(c));
  const auto is = [category](std::uint32_t mask) { return (U_MASK(category) & mask) != 0; };
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool terminal = is_terminal(c);
  unsigned bits = 0;
  if (is(U_GC_L_MASK)) bits |= kLetter;
  if (is(U_GC_LU_MASK | U_GC_LT_MASK)) bits |= kUpper;
  if (is(U_GC_LL_MASK)) bits |= kLower;
  if (is(U_GC_ND_MASK)) bits |= kDigit;
  if (text::is_python_space(c)) bits |= kSpace;
  const bool quote = kQuotes.find(c) != kQuotes.npos;
  if (quote || is(U_GC_SO_MASK | U_GC_SC_MASK) || kMarks.find(c) != kMarks.npos) bits |= kAffix;
  if (is(U_GC_P_MASK)) bits |= kPunctuation;
  // Tab and line feed are not of the set; a word has none.
  if (terminal || (control && c != '\t' && c != '\n') || kSymbols.find(c) != kSymbols.npos) bits |= kSymbol;
  if (terminal) bits |= kTerminal;
  if (is(U_GC_SC_MASK)) bits |= kCurrency;
  if (quote) bits |= kQuote;
  return static_cast<std::uint16_t>(bits);
}

namespace {

constexpr char32_t kTableEnd = 0x10000;

std::unique_ptr<std::uint16_t[]> make_classes() {
  auto classes = std::make_unique<std::uint16_t[]>(kTableEnd);
  for (char32_t c = 0; c < kTableEnd; ++c) classes[c] = character_class(c);
  return classes;
}

// Begin of the last character; text is not empty.
std::size_t last_begin(std::string_view text) {
  std::size_t begin = text.size() - 1;
  while (begin > 0 && text.size() - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
  return begin + text::utf8_step(text, begin).length == text.size() ? begin : text.size() - 1;
}

}  // namespace

ClassStep wide_class_step(std::string_view text, std::size_t at) {
  static const std::unique_ptr<std::uint16_t[]> classes = make_classes();
  const text::Utf8Step step = text::utf8_step(text, at);
  const std::uint16_t bits = step.code_point < kTableEnd ? classes[step.code_point] : character_class(step.code_point);
  return {bits, static_cast<std::uint32_t>(step.length)};
}

std::uint16_t last_class(std::string_view text) {
  return text.empty() ? std::uint16_t{0} : class_step(text, last_begin(text)).bits;
}

std::string_view strip_left(std::string_view text) {
  while (!text.empty()) {
    const ClassStep step = class_step(text, 0);
    if ((step.bits & kSpace) == 0) break;
    text.remove_prefix(step.length);
  }
  return text;
}

std::string_view strip_right(std::string_view text) {
  while (!text.empty() && (last_class(text) & kSpace) != 0) text.remove_suffix(text.size() - last_begin(text));
  return text;
}

std::string_view strip(std::string_view text) { return strip_right(strip_left(text)); }

std::size_t count_chars(std::string_view text) {
  // All bytes but those of the form 10xxxxxx, eight at a time; the product's highest byte is the sum of all.
  constexpr std::uint64_t kLowBits = 0x0101010101010101ULL;
  std::size_t continued = 0, at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t block = 0;
    std::memcpy(&block, text.data() + at, 8);
    continued += static_cast<std::size_t>(((block >> 7 & ~block >> 6 & kLowBits) * kLowBits) >> 56);
  }
  for (; at < text.size(); ++at) continued += (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  return text.size() - continued;
}

}  // namespace llmops::data
