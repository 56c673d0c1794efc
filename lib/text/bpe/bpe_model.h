// Byte-pair encoding of single words: the vocabulary, the merges, and what becomes of unknown characters.
// Source: Sennrich et al., 2016, "Neural Machine Translation of Rare Words with Subword Units".
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include "text/bpe/merge_table.h"
#include "text/bpe/tokenizer_file.h"
#include "text/bpe/vocabulary.h"

namespace llmops::text {

class BpeModel {
 public:
  /// @param byte_level  words come as bytes, which the vocabulary writes in GPT-2's alphabet
  /// @throws InputError  for what the file gets wrong: no vocabulary, ids given twice, merges of unknown tokens
  BpeModel(const TokenizerFile& file, bool byte_level);

  /// Replaces `symbols` by the word's tokens. Safe from many threads.
  void encode_word(std::string_view word, std::vector<Symbol>& symbols) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  Vocabulary& vocabulary() { return vocabulary_; }  ///< to add tokens while loading

 private:
  void read_flags(const Json& model, const std::string& origin);
  void read_merges(const TokenizerFile& file);
  void split_bytes(std::string_view word, std::vector<Symbol>& symbols) const;
  void split_characters(std::string_view word, std::vector<Symbol>& symbols) const;
  bool fall_back_to_bytes(std::string_view word, std::uint32_t at, std::uint32_t length,
                          std::vector<Symbol>& symbols) const;
  void add_unknown(std::uint32_t begin, std::uint32_t end, std::vector<Symbol>& symbols) const;

  // What is known of a token: whether its own text, as a word, becomes just it. Found out when first asked.
  enum Whole : std::uint8_t { kUntried, kYes, kNo };

  bool byte_level_;
  bool byte_fallback_ = false;
  bool fuse_unknown_ = false;
  bool ignore_merges_ = false;
  std::optional<TokenId> unknown_;
  Vocabulary vocabulary_;
  MergeTable merges_;
  std::array<TokenId, 256> byte_ids_{};  // -1 where the vocabulary lacks one
  StringIndex words_;                    // tokens by the bytes of the word they stand for
  std::size_t longest_word_ = 0;
  std::unique_ptr<std::atomic<std::uint8_t>[]> whole_;
};

}  // namespace llmops::text
