// The pieces of a SentencePiece model, and the ways to cut normalized text into them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/bpe/merge_table.h"
#include "text/bpe/vocabulary.h"
#include "text/models/piece_trie.h"
#include "text/spm/sentencepiece_data.h"

namespace llmops::text {

class SentencePieceModel {
 public:
  using Kind = SentencePieceData::Kind;

  /// @param data  checked (check_sentencepiece)
  explicit SentencePieceModel(SentencePieceData data);

  const SentencePieceData& data() const { return data_; }
  const PieceTrie& user_defined() const { return user_defined_; }
  Kind kind(TokenId id) const { return data_.pieces[static_cast<std::size_t>(id)].kind; }

  /// Pieces of normalized text, in order. Unknown characters that stand together are one piece, or a piece a byte.
  std::vector<Symbol> encode(std::string_view text) const;

 private:
  std::vector<Symbol> cut(std::string_view text) const;
  std::vector<Symbol> cut_by_likelihood(std::string_view text) const;
  std::vector<Symbol> cut_by_merges(std::string_view text) const;
  std::vector<Symbol> cut_into_words(std::string_view text) const;
  std::vector<Symbol> cut_into_characters(std::string_view text) const;
  TokenId id_of(std::string_view piece) const { return ids_.find(piece).value_or(data_.unk_id); }

  SentencePieceData data_;
  StringIndex ids_;        // all pieces
  StringIndex mergeable_;  // those that may come about by cutting text
  PieceTrie pieces_;       // the same without unused ones
  PieceTrie user_defined_;
  std::size_t longest_ = 0;
  float least_score_ = 0;
  std::vector<TokenId> byte_ids_;  // by byte; empty without byte_fallback
};

}  // namespace llmops::text
