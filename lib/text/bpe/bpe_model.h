// Byte-pair encoding of single words: the vocabulary, the merges, and what becomes of unknown characters.
// Source: Sennrich et al., 2016, "Neural Machine Translation of Rare Words with Subword Units".
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "text/bpe/bpe_options.h"
#include "text/bpe/initial_symbols.h"
#include "text/bpe/merge_table.h"
#include "text/bpe/tokenizer_file.h"
#include "text/bpe/vocabulary.h"
#include "text/bpe/word_cache.h"
#include "text/bpe/word_splitter.h"

namespace llmops::text {

/// Immutable but for vocabulary(), which is for loading; safe to share between threads.
class BpeModel {
 public:
  /// @param byte_level  words come as bytes, which the vocabulary writes in GPT-2's alphabet
  /// @throws InputError  for what the file gets wrong: no vocabulary, ids given twice, merges of unknown tokens
  BpeModel(const TokenizerFile& file, bool byte_level);

  /// Replaces `symbols` by the word's tokens.
  void encode_word(std::string_view word, std::vector<Symbol>& symbols) const;

  /// Appends the tokens of `words`, which are parts of `text`: several times faster than word by word with places.
  void append_ids(std::string_view text, std::span<const Word> words, std::vector<TokenId>& ids) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  Vocabulary& vocabulary() { return vocabulary_; }  ///< to add tokens while loading

 private:
  void read_merges(const TokenizerFile& file);
  void merge_word(std::string_view word, std::vector<Symbol>& symbols) const;
  void append_word(std::string_view word, std::size_t readable, WordCache& cache, std::vector<Symbol>& symbols,
                   std::vector<TokenId>& ids) const;

  std::uint32_t serial_;  // tells models apart in the cache of words
  BpeOptions options_;
  Vocabulary vocabulary_;
  InitialSymbols initial_;
  MergeTable merges_;
  StringIndex words_;  // tokens by the word they stand for, where merges are ignored
};

}  // namespace llmops::text
