// A tokenizer read from tokenizer.json with a BPE model.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "text/bpe/added_tokens.h"
#include "text/bpe/bpe_model.h"
#include "text/bpe/normalizer.h"
#include "text/bpe/post_processor.h"
#include "text/bpe/token_decoder.h"
#include "text/bpe/word_splitter.h"
#include "text/special_tokens.h"
#include "text/tokenizer.h"

namespace llmops::text {

class BpeTokenizer : public Tokenizer {
 public:
  /// @throws InputError  file, key and reason; names what is supported where a kind is not
  BpeTokenizer(const TokenizerFile& file, const SpecialTokens& special);

  std::vector<TokenSpan> encode_with_spans(std::string_view text, bool add_special) const override;
  std::string token_bytes(TokenId id, bool skip_special) const override;
  std::string decode(std::span<const TokenId> ids, bool skip_special) const override;
  int vocab_size() const override { return model_.vocabulary().size(); }
  std::optional<TokenId> token_to_id(std::string_view token) const override { return model_.vocabulary().find(token); }
  std::string id_to_token(TokenId id) const override;
  bool is_special(TokenId id) const override;
  std::optional<TokenId> bos_id() const override { return bos_; }
  std::optional<TokenId> eos_id() const override { return eos_; }
  std::string fingerprint() const override { return fingerprint_; }

 private:
  struct Scratch;
  void add_tokens(std::vector<AddedToken> tokens, const std::string& origin);
  void add_special_tokens(const SpecialTokens& special, const TokenizerFile& file);
  void encode_text(std::string_view text, std::size_t base, Scratch& scratch, std::vector<TokenSpan>& out) const;
  void encode_words(std::string_view text, std::size_t base, const AlignedText* aligned, Scratch& scratch,
                    std::vector<TokenSpan>& out) const;
  std::string compute_fingerprint(const TokenizerFile& file) const;
  std::size_t checked(TokenId id) const;

  WordSplitter splitter_;
  BpeModel model_;
  std::unique_ptr<Normalizer> normalizer_;
  TokenDecoder decoder_;
  PostProcessor post_processor_;
  AddedTokenFinder written_;     // looked for in the text as it is
  AddedTokenFinder normalized_;  // looked for in the normalized text
  std::vector<bool> special_;
  std::vector<std::string> bytes_;  // by id
  std::optional<TokenId> bos_;
  std::optional<TokenId> eos_;
  std::string fingerprint_;
};

}  // namespace llmops::text
