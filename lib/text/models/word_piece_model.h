// WordPiece: each word as the longest pieces that fit, from its beginning on.
// Source: Schuster and Nakajima, 2012, "Japanese and Korean Voice Search"; the greedy form is BERT's.
#pragma once

#include <optional>
#include <string>

#include "text/models/token_model.h"

namespace llmops::text {

class WordPieceModel final : public TokenModel {
 public:
  explicit WordPieceModel(const TokenizerFile& file);
  /// A word that cannot be put together, or is too long, is one unk_token; or nothing where there is none.
  void encode_word(std::string_view word, std::vector<Symbol>& symbols) const override;
  Vocabulary& vocabulary() override { return vocabulary_; }

 private:
  std::optional<Symbol> longest_piece(std::string_view word, std::size_t at) const;

  Vocabulary vocabulary_;
  StringIndex beginnings_;     // pieces that may begin a word
  StringIndex continuations_;  // pieces that may not, without their prefix
  std::size_t longest_ = 0;    // bytes of the longest piece
  std::size_t max_characters_ = 100;
  std::optional<TokenId> unknown_;
};

}  // namespace llmops::text
