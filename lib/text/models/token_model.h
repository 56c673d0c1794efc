// Models of tokenizer.json: from a word to tokens.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "text/bpe/merge_table.h"
#include "text/bpe/tokenizer_file.h"
#include "text/bpe/vocabulary.h"
#include "text/bpe/word_splitter.h"

namespace llmops::text {

/// Immutable once loaded; shared between threads.
class TokenModel {
 public:
  virtual ~TokenModel();
  /// Replaces `symbols` by the word's tokens, with their bytes within the word. Any bytes are taken.
  virtual void encode_word(std::string_view word, std::vector<Symbol>& symbols) const = 0;
  /// Appends the tokens of `words`, which are parts of `text`.
  virtual void append_ids(std::string_view text, std::span<const Word> words, std::vector<TokenId>& ids) const;

  const Vocabulary& vocabulary() const { return const_cast<TokenModel*>(this)->vocabulary(); }
  virtual Vocabulary& vocabulary() = 0;  ///< to add tokens while loading: the model itself finds only its own
};

/// BPE, Unigram, WordPiece or WordLevel. A file without "type" tells by its keys.
/// @param byte_level  words come as bytes that the vocabulary writes in GPT-2's alphabet: BPE only
/// @throws InputError  for another type, and for what the file gets wrong
std::unique_ptr<TokenModel> make_token_model(const TokenizerFile& file, bool byte_level);

/// Its "type", guessed for the oldest files. @throws InputError  where "model" is missing
std::string model_type(const TokenizerFile& file);

/// All tokens of file.vocab. @throws InputError  when there is none, or a token or an id is there twice
void add_vocabulary(const TokenizerFile& file, Vocabulary& vocabulary);

}  // namespace llmops::text
