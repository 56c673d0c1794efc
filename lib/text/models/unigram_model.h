// Unigram: the most likely way to cut a word into pieces.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "text/models/piece_trie.h"
#include "text/models/token_model.h"

namespace llmops::text {

class UnigramModel final : public TokenModel {
 public:
  /// @throws InputError  for scores that are not numbers, unk_id outside of the vocabulary, a piece given twice
  explicit UnigramModel(const TokenizerFile& file);
  /// Characters that no piece covers become one unk token together, or bytes where the vocabulary has them.
  /// @throws InputError  for such a character where there is no unk_id
  void encode_word(std::string_view word, std::vector<Symbol>& symbols) const override;
  Vocabulary& vocabulary() override { return vocabulary_; }

 private:
  void append_unknown(std::string_view word, Symbol unknown, std::vector<Symbol>& reversed) const;

  std::string origin_;
  Vocabulary vocabulary_;
  std::vector<double> scores_;  // by id
  PieceTrie pieces_;
  std::optional<TokenId> unknown_;
  double unknown_score_ = 0;
  bool byte_fallback_ = false;
  std::array<TokenId, 256> byte_ids_{};  // -1 where the vocabulary lacks one
};

}  // namespace llmops::text
