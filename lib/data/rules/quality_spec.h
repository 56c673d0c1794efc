// Which of the published quality rules are on, and their thresholds: `clean: {rules: [...]}` of the recipe.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "config/yaml_reader.h"
#include "core/json.h"

namespace llmops::data {

/// A text's shape and words. 0 turns a threshold off.
/// Source: Rae et al., 2021, "Scaling Language Models: Methods, Analysis & Insights from Training Gopher", A.1.1.
struct GopherQualitySpec {
  int min_words = 50, max_words = 100000;  ///< not counting what is punctuation alone
  double min_mean_word_length = 3, max_mean_word_length = 10;
  double max_symbols = 0.1;         ///< "#" a word; ellipses a word
  double max_bullet_lines = 0.9;    ///< share of the lines
  double max_ellipsis_lines = 0.3;  ///< share of the lines
  double min_alphabetic = 0.8;      ///< share of the words, marks among them, that have a letter
  int min_stop_words = 2;           ///< different ones
  std::vector<std::string> stop_words = {"the", "be", "to", "of", "and", "that", "have", "with"};
};

/// What a text says more than once. Shares of elements, and of code points. 0 turns a threshold off.
/// Source: as above, table A1.
struct GopherRepetitionSpec {
  double max_duplicate_lines = 0.3, max_duplicate_line_chars = 0.2;
  double max_duplicate_paragraphs = 0.3, max_duplicate_paragraph_chars = 0.2;
  std::array<double, 3> max_top_ngrams = {0.20, 0.18, 0.16};                          ///< of 2 to 4 words
  std::array<double, 6> max_duplicate_ngrams = {0.15, 0.14, 0.13, 0.12, 0.11, 0.10};  ///< of 5 to 10 words
};

/// Lines and texts that are not prose. 0 turns a threshold off.
/// Source: Raffel et al., 2020, "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer".
struct C4Spec {
  bool terminal_punctuation = true;  ///< lines must end in . ? ! " or ', but not in "..."
  bool remove_citations = true;      ///< "[12]", "[]", "[edit]", "[citation needed]" are cut out of lines
  int min_sentences = 5;             ///< in the lines that are left
  int min_line_words = 3;            ///< of a line, between blanks
  int max_word_length = 1000;        ///< code points; a line with a longer word goes
  bool lorem_ipsum = true;           ///< the text goes
  bool curly_bracket = true;         ///< the text goes
  bool javascript = true;            ///< the line goes
  bool policy = true;                ///< the line goes: "terms of use", "privacy policy", "uses cookies", ...
};

/// Lists, menus and boilerplate. 0 turns a threshold off.
/// Source: Penedo et al., 2024, "The FineWeb Datasets".
struct FineWebSpec {
  double min_punctuation = 0.12;  ///< share of the lines that end a sentence
  double max_short_lines = 0.67;  ///< share of the lines
  int short_line_chars = 30;
  double max_duplicate_chars = 0.01;  ///< share of code points in lines that came before
  double max_newlines = 0.3;          ///< line feeds a word
};

enum class RuleSet { kGopherQuality, kGopherRepetition, kC4, kFineWeb };
constexpr std::array<const char*, 4> kRuleSetNames = {"gopher_quality", "gopher_repetition", "c4", "fineweb"};

struct QualitySpec {
  /// In the order in which they look at a text, as steps of a pipeline do: behind C4 the others see what it has left.
  std::vector<RuleSet> rules;
  GopherQualitySpec gopher_quality;
  GopherRepetitionSpec gopher_repetition;
  C4Spec c4;
  FineWebSpec fineweb;
};

/// Reads the key `rules` of `clean`: a list of names, or of {name: {threshold: value}}. Mistakes are recorded.
void read_quality(config::YamlObject& clean, QualitySpec& spec);

/// The list with every threshold, in the form in which it is read.
Json quality_json(const QualitySpec& spec);

}  // namespace llmops::data
