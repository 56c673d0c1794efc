// A tokenizer read from tokenizer.json: normalizer, added tokens, pre-tokenizer, model, post-processor; and decoder.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "text/models/token_model.h"
#include "text/normalize/normalizer.h"
#include "text/pipeline/added_tokens.h"
#include "text/pipeline/post_processor.h"
#include "text/pipeline/pre_tokenizer.h"
#include "text/pipeline/token_decoder.h"
#include "text/special_tokens.h"
#include "text/tokenizer.h"

namespace llmops::text {

class PipelineTokenizer : public Tokenizer {
 public:
  /// @throws InputError  file, key and reason; names what is supported where a kind is not
  PipelineTokenizer(const TokenizerFile& file, const SpecialTokens& special);

  std::vector<TokenSpan> encode_with_spans(std::string_view text, bool add_special) const override;
  std::vector<TokenId> encode(std::string_view text, bool add_special) const override;
  std::string token_bytes(TokenId id, bool skip_special) const override;
  std::string decode(std::span<const TokenId> ids, bool skip_special) const override;
  int vocab_size() const override { return vocabulary().size(); }
  std::optional<TokenId> token_to_id(std::string_view token) const override { return vocabulary().find(token); }
  std::string id_to_token(TokenId id) const override;
  bool is_special(TokenId id) const override;
  std::optional<TokenId> bos_id() const override { return bos_; }
  std::optional<TokenId> eos_id() const override { return eos_; }
  std::string fingerprint() const override { return fingerprint_; }

 private:
  struct Output;
  struct Scratch;
  const Vocabulary& vocabulary() const { return static_cast<const TokenModel&>(*model_).vocabulary(); }
  void add_tokens(std::vector<AddedToken> tokens, const std::string& origin);
  void add_special_tokens(const SpecialTokens& special, const TokenizerFile& file);
  void encode_text(std::string_view text, bool add_special, Output& out) const;
  void encode_part(std::string_view text, std::size_t base, Scratch& scratch, Output& out) const;
  void encode_plain(std::string_view text, std::size_t base, Scratch& scratch, Output& out) const;
  void encode_changed(AlignedText text, Scratch& scratch, Output& out) const;
  template <typename InputRange>
  void encode_words(std::string_view text, const std::vector<Word>& words, InputRange input_range_of, Scratch& scratch,
                    Output& out) const;
  std::string compute_fingerprint(const TokenizerFile& file) const;
  std::size_t checked(TokenId id) const;

  PreTokenizer pre_tokenizer_;
  std::unique_ptr<TokenModel> model_;
  std::unique_ptr<Normalizer> normalizer_;
  TokenDecoder decoder_;
  PostProcessor post_processor_;
  AddedTokenFinder written_;     // looked for in the text as it is
  AddedTokenFinder normalized_;  // looked for in the normalized text
  std::vector<bool> special_;
  std::vector<std::string> bytes_;                       // by id
  std::unordered_map<TokenId, std::string> decoded_as_;  // added tokens that the normalizer changes
  std::optional<TokenId> bos_;
  std::optional<TokenId> eos_;
  std::string fingerprint_;
};

}  // namespace llmops::text
