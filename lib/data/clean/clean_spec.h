// The `clean` section of the recipe.
#pragma once

#include "config/yaml_reader.h"
#include "data/rules/custom_rules.h"
#include "data/rules/language.h"
#include "data/rules/perplexity.h"
#include "data/rules/quality_spec.h"
#include "data/rules/word_lists.h"

namespace llmops::data {

struct CleanSpec {
  bool nfc = true;                   ///< `unicode: nfc` or `keep`
  bool strip_html = true;            ///< `html: strip` or `keep`; only HTML's own tag names count as tags
  bool fix_mojibake = true;          ///< `mojibake: fix` or `keep`: UTF-8 that was read as Windows-1252
  bool collapse = false;             ///< `whitespace: collapse` makes runs of blanks one; `tidy` only trims lines
  int min_words = 1, max_words = 0;  ///< of the text, or of the user's turns; 0 is off
  int min_chars = 1, max_chars = 0;  ///< code points; 0 is off

  LanguageSpec language;
  QualitySpec quality;
  std::vector<WordListSpec> lists;
  PerplexitySpec perplexity;
  std::vector<CustomRule> custom;
  std::vector<std::string> filter_cmd;  ///< a program of the user's own and its arguments; empty: none

  /// What changes a text, and what takes a record out.
  Json text_json() const;
  Json rules_json() const;
};

void read_clean(config::YamlObject object, CleanSpec& clean);
Json clean_json(const CleanSpec& clean);

}  // namespace llmops::data
