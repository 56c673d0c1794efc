// The words around a find: many numbers are only personal data where a word near them says so.
#pragma once

#include <span>
#include <string_view>

namespace llmops::data::pii {

/// Words in lower case. One that begins with '^' must not continue a longer word, one that ends with '$' must not be
/// continued by a letter ("^dni$" is a whole word).
using Words = std::span<const std::string_view>;

/// At most `bytes` of the text in front of `position`: not across a label such as "[PHONE]", whose word would else be
/// context for what stands behind it.
std::string_view text_before(std::string_view text, std::size_t position, std::size_t bytes);

/// Whether one of the words is in `window`, in either case.
bool holds_any(std::string_view window, Words words);

/// Whether one of the words stands within `bytes` in front of `position`.
bool word_before(std::string_view text, std::size_t position, std::size_t bytes, Words words);

/// Whether one of the words stands within `bytes` behind `position`, on the same line.
bool word_behind(std::string_view text, std::size_t position, std::size_t bytes, Words words);

}  // namespace llmops::data::pii
