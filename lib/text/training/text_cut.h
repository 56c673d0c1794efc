// Where a long text may be cut without any published pre-tokenizer finding other words in it.
#pragma once

#include <cstddef>
#include <string_view>

namespace llmops::text {

/// The last place of valid UTF-8 text at which a word surely ends: between a letter and a single space before a letter,
/// or behind a single newline before a letter. No pattern that tokenizers are trained with takes characters of both
/// sides, and what follows a word decides about white space alone.
/// @returns 0 where there is none
std::size_t last_text_cut(std::string_view text);

}  // namespace llmops::text
