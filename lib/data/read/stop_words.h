// Words that sentences need and menus do not have.
#pragma once

#include <cstddef>
#include <string_view>

namespace llmops::data {

/// How many words of a text are among the commonest of English, German, French, Spanish, Italian, Portuguese, Dutch,
/// Swedish, Danish, Norwegian, Polish, Czech, Russian, Ukrainian and Turkish, up to `most`. Only ASCII letters are
/// folded.
std::size_t count_stop_words(std::string_view text, std::size_t most);

/// Whether the text ends like a sentence, in any script; a quote or bracket may follow the mark.
bool ends_sentence(std::string_view text);

/// Whether the text is in a script that writes no blanks between words: Chinese, Japanese, Thai.
bool is_unspaced(std::string_view text);

}  // namespace llmops::data
