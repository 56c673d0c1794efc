// Unicode classes of single characters, from ICU.
#include "text/unicode.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <cstdint>

namespace llmops::text {
namespace {
bool in_categories(char32_t c, std::uint32_t mask) { return (U_MASK(u_charType(static_cast<UChar32>(c))) & mask) != 0; }
bool has(char32_t c, UProperty property) { return u_hasBinaryProperty(static_cast<UChar32>(c), property) != 0; }
}  // namespace

bool is_white_space(char32_t c) { return has(c, UCHAR_WHITE_SPACE); }

bool is_word_character(char32_t c) {
  return has(c, UCHAR_ALPHABETIC) || has(c, UCHAR_JOIN_CONTROL) ||
         in_categories(c, U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK);
}

bool is_python_space(char32_t c) { return is_white_space(c) || (c >= 0x1C && c <= 0x1F); }

bool is_python_printable(char32_t c) { return c == ' ' || !in_categories(c, U_GC_C_MASK | U_GC_Z_MASK); }

bool is_mark(char32_t c) { return in_categories(c, U_GC_M_MASK); }
bool is_nonspacing_mark(char32_t c) { return in_categories(c, U_GC_MN_MASK); }
bool is_control(char32_t c) { return in_categories(c, U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK); }

bool is_cjk_ideograph(char32_t c) {
  // Source: the ranges of BERT's own tokenizer (Devlin et al., 2018).
  static constexpr char32_t kRanges[][2] = {{0x4E00, 0x9FFF},   {0x3400, 0x4DBF},   {0x20000, 0x2A6DF},
                                            {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F}, {0x2B920, 0x2CEAF},
                                            {0xF900, 0xFAFF},   {0x2F800, 0x2FA1F}};
  for (const auto& [first, last] : kRanges) {
    if (c >= first && c <= last) return true;
  }
  return false;
}

int script_of(char32_t c) {
  if (c == ' ') return kAnyScript;
  if (c == 0x30FC) return USCRIPT_HAN;  // the long vowel mark of both kana
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &status);
  if (U_FAILURE(status) || script == USCRIPT_UNKNOWN) return kAnyScript;
  return script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ? USCRIPT_HAN : script;
}

char32_t to_lower(char32_t c) { return static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))); }
char32_t to_upper(char32_t c) { return static_cast<char32_t>(u_toupper(static_cast<UChar32>(c))); }
bool is_alphabetic(char32_t c) { return in_categories(c, U_GC_L_MASK); }
bool is_decimal_digit(char32_t c) {
  const auto type = u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_NUMERIC_TYPE);
  return type == U_NT_DECIMAL || type == U_NT_DIGIT;
}
bool is_lower(char32_t c) { return has(c, UCHAR_LOWERCASE); }
bool is_upper(char32_t c) { return has(c, UCHAR_UPPERCASE); }

}  // namespace llmops::text
