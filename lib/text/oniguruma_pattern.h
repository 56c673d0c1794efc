// Patterns written for Oniguruma, which tokenizer files use, as PCRE2 reads them.
#pragma once

#include <string>
#include <string_view>

namespace llmops::text {

/// What the two read differently is respelled: \s, \w and \h, nested classes and && in classes, (?m), \uHHHH, and
/// x{1,3}+, which is a repeated repetition in one and possessive in the other. A pattern that is wrong stays wrong.
/// Source: Oniguruma's doc/RE, and `man pcre2pattern`.
std::string oniguruma_to_pcre2(std::string_view pattern);

}  // namespace llmops::text
