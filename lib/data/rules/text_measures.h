// Figures of one text that a user's rules can ask for.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/json.h"

namespace llmops::data {

/// Shares are 0 where there is nothing to take them of.
struct TextMeasures {
  std::size_t words = 0;             ///< runs of characters that are not white space
  std::size_t chars = 0;             ///< code points
  std::size_t lines = 0;             ///< line feeds, and one more for what follows the last
  double mean_word_length = 0;       ///< code points
  double digits_share = 0;           ///< of the characters that are not white space
  double uppercase_share = 0;        ///< of the letters
  double unicode_letters_share = 0;  ///< of the characters that are not white space
  double punctuation_share = 0;      ///< of the characters that are not white space; Unicode's category P
};

TextMeasures measure_text(std::string_view text);

/// The names that text_figure() knows, but "text".
bool is_text_figure(std::string_view name);

/// One of the figures above, or "url_count", by name. `measures` is filled when it is first needed.
std::optional<Json> text_figure(std::string_view name, std::string_view text, std::optional<TextMeasures>& measures);

}  // namespace llmops::data
