// Tokenizers: text to token ids and back, exactly as the model's authors' code does it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace llmops::text {

using TokenId = std::int32_t;

/// A token and the bytes of the input it covers, [begin, end).
struct TokenSpan {
  TokenId id = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Immutable after loading; safe to share between threads.
class Tokenizer {
 public:
  virtual ~Tokenizer();

  /// Text to tokens. Special tokens written in the text ("<|im_end|>") become their id.
  /// @param add_special  add what the tokenizer's post-processor adds (a BOS, say); off after a chat template
  /// Any bytes are accepted: invalid UTF-8 is encoded byte by byte where the vocabulary can, else as U+FFFD.
  virtual std::vector<TokenSpan> encode_with_spans(std::string_view text, bool add_special) const = 0;
  /// The same without spans, which some kinds give several times faster.
  virtual std::vector<TokenId> encode(std::string_view text, bool add_special) const;

  /// The bytes of one token, as they stand in the text ("Ġhello" is " hello"); may be part of a UTF-8 character.
  /// Special tokens give "" when `skip_special`.
  virtual std::string token_bytes(TokenId id, bool skip_special) const = 0;
  /// Tokens to text; invalid UTF-8 becomes U+FFFD.
  virtual std::string decode(std::span<const TokenId> ids, bool skip_special) const = 0;

  virtual int vocab_size() const = 0;  ///< ids are below this
  virtual std::optional<TokenId> token_to_id(std::string_view token) const = 0;
  virtual std::string id_to_token(TokenId id) const = 0;
  virtual bool is_special(TokenId id) const = 0;
  virtual std::optional<TokenId> bos_id() const = 0;
  virtual std::optional<TokenId> eos_id() const = 0;  ///< the end of a turn for a chat model
  /// SHA-256 over vocabulary, merges and rules: equal tokenizers have equal fingerprints.
  virtual std::string fingerprint() const = 0;
};

/// Reads tokenizer.json, else a SentencePiece model (tokenizer.model, spiece.model, ...), vocab.json with merges.txt or
/// vocab.txt, with tokenizer_config.json for the special tokens, from a model folder; or one of those files by itself.
/// @throws NotFoundError, InputError (file and key), naming what is supported for a kind that is not
std::unique_ptr<Tokenizer> load_tokenizer(const std::filesystem::path& path);

/// A tokenizer from JSON in memory, as tokenizer.json and tokenizer_config.json would hold it (bos_token_id and
/// eos_token_id are read from the latter too); null for no configuration.
/// @param origin  what errors call it
std::unique_ptr<Tokenizer> make_tokenizer(const Json& tokenizer_json, const Json& tokenizer_config_json,
                                          const std::string& origin);

/// Turns a stream of tokens into text without ever cutting a UTF-8 character in two.
class StreamDecoder {
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}
  /// Text that is now complete; "" while a character is still partial.
  std::string push(TokenId id);
  /// What is left at the end, U+FFFD for a partial character.
  std::string finish();

 private:
  const Tokenizer& tokenizer_;
  std::string pending_;
  bool first_ = true;
};

}  // namespace llmops::text
