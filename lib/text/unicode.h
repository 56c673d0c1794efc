// Unicode classes of single characters, as the regular expressions of tokenizers and Python's str define them.
#pragma once

namespace llmops::text {

bool is_white_space(char32_t c);       ///< property White_Space: \s of Rust's and Oniguruma's expressions
bool is_word_character(char32_t c);    ///< \w of Rust's expressions: Alphabetic, M, Nd, Pc, Join_Control
bool is_python_space(char32_t c);      ///< str.isspace: White_Space and the separators U+001C to U+001F
bool is_python_printable(char32_t c);  ///< what repr() leaves as it is

bool is_mark(char32_t c);             ///< category M
bool is_nonspacing_mark(char32_t c);  ///< category Mn
bool is_control(char32_t c);          ///< categories Cc, Cf and Co
bool is_cjk_ideograph(char32_t c);    ///< the blocks that BERT writes with spaces around

constexpr int kAnyScript = -1;
/// One of ICU's UScriptCode, with Hiragana and Katakana as Han; kAnyScript for a space and what is not assigned.
int script_of(char32_t c);

char32_t to_lower(char32_t c);
char32_t to_upper(char32_t c);
bool is_alphabetic(char32_t c);     ///< str.isalpha
bool is_decimal_digit(char32_t c);  ///< str.isdigit, near enough: Nd, and digits such as superscripts
bool is_lower(char32_t c);
bool is_upper(char32_t c);

}  // namespace llmops::text
