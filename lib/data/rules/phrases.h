// Phrases looked for without regard to case, by their rarest letter.
#pragma once

#include <string_view>

namespace llmops::data {

/// Small ASCII letters, blanks among them.
struct Phrase {
  std::string_view text;
  std::size_t anchor = 0;  ///< place of the letter to look for: the rarest
};

/// Whether the text has the phrase, in any mixture of ASCII case.
bool mentions(std::string_view text, const Phrase& phrase);

}  // namespace llmops::data
