// Whole words as tokens.
#pragma once

#include <optional>
#include <string>

#include "text/models/token_model.h"

namespace llmops::text {

class WordLevelModel final : public TokenModel {
 public:
  explicit WordLevelModel(const TokenizerFile& file);
  /// @throws InputError  for a word that is not there where the vocabulary has no unk_token
  void encode_word(std::string_view word, std::vector<Symbol>& symbols) const override;
  Vocabulary& vocabulary() override { return vocabulary_; }

 private:
  std::string origin_;
  Vocabulary vocabulary_;
  StringIndex words_;
  std::optional<TokenId> unknown_;
};

}  // namespace llmops::text
