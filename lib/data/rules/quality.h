// The published rules that decide whether a plain text is worth training on: Gopher's, C4's and FineWeb's.
#pragma once

#include <string>
#include <string_view>

#include "data/rules/quality_spec.h"

namespace llmops::data {

/// Immutable; many threads may share one. Texts are UTF-8 (a broken byte counts as one character) below 4 GiB.
///
/// Decisions are datatrove's (0.10), whose filters these are, up to where its tokenizer splits words otherwise
/// (data/rules/words.h).
class QualityRules {
 public:
  explicit QualityRules(QualitySpec spec);

  bool empty() const { return spec_.rules.empty(); }

  /// "" or the first rule, in the recipe's order, that the text breaks:
  ///   gopher_quality     gopher_words, gopher_mean_word_length, gopher_symbols, gopher_bullets, gopher_ellipsis,
  ///                      gopher_alphabetic, gopher_stop_words
  ///   gopher_repetition  gopher_empty, gopher_duplicate_paragraphs, gopher_duplicate_paragraph_chars,
  ///                      gopher_duplicate_lines, gopher_duplicate_line_chars, gopher_top_2gram to 4,
  ///                      gopher_duplicate_5gram to 10
  ///   c4                 c4_lorem_ipsum, c4_curly_bracket, c4_sentences
  ///   fineweb            fineweb_empty, fineweb_punctuation, fineweb_short_lines, fineweb_duplicate_chars,
  ///                      fineweb_newlines
  std::string broken_rule(std::string_view text) const;

  /// The text without the lines and citations that C4's rules cut; as it is, where these are off.
  std::string kept_lines(std::string_view text) const;

  /// Both at once, in one pass: as broken_rule(), and `text` becomes what C4's rules leave of it if it is kept.
  std::string apply(std::string& text) const;

 private:
  QualitySpec spec_;
};

}  // namespace llmops::data
