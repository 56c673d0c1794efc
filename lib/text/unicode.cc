// Unicode classes of single characters, from ICU.
#include "text/unicode.h"

#include <unicode/uchar.h>

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
