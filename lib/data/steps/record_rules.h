// The rules that take one record out by what it says. Immutable; safe to share between threads.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "data/recipe.h"
#include "data/rules/custom_rules.h"
#include "data/rules/decontaminate.h"
#include "data/rules/language.h"
#include "data/rules/ngram_model.h"
#include "data/rules/quality.h"
#include "data/rules/word_lists.h"

namespace llmops::data {

class RecordRules {
 public:
  /// @throws ConfigError, NotFoundError, InputError  for a model, list or file that a rule needs
  explicit RecordRules(const PrepareRecipe& recipe);

  /// In this order: length, language, quality, word lists, perplexity, the user's own rules, evaluation texts. Notes
  /// the language in the record's fields, and takes out of a plain text the lines that C4's rules cut.
  /// @param words  gets those of the text, where evaluation texts are looked for
  /// @returns the loss by the first rule that is broken
  std::optional<Loss> apply(Record& record, std::optional<TextWords>& words) const;

  /// Of all that decides the outcome: the recipe's values and the content of the files they name.
  const std::string& key() const { return key_; }

 private:
  std::string broken_rule(Record& record, const std::string& text) const;
  std::string broken_language(Record& record, const std::string& text) const;
  std::string broken_quality(Record& record, std::string text) const;

  CleanSpec clean_;
  std::optional<LanguageRule> language_;
  QualityRules quality_;
  WordLists lists_;
  std::optional<NgramModel> perplexity_;
  CustomRules custom_;
  std::optional<ContaminationIndex> contamination_;
  std::string key_;
};

}  // namespace llmops::data
