// Decoders of tokenizer.json: from tokens back to text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace llmops::text {

/// One decoder. Immutable; shared between threads.
class DecoderStep {
 public:
  virtual ~DecoderStep();
  /// Changes the list of tokens of one text; joined, they are the text.
  virtual void apply(std::vector<std::string>& tokens) const = 0;
  /// What a token in the middle of a text becomes.
  virtual std::string middle(std::string token) const = 0;
};

class TokenDecoder {
 public:
  TokenDecoder() = default;
  /// ByteLevel, ByteFallback, Fuse, Strip, Replace, Metaspace, WordPiece, BPEDecoder, CTC, Sequence; null for none.
  /// @throws InputError  for another type, with the nearest known one, or for a wrong field
  TokenDecoder(const Json& rule, const std::string& origin);

  /// Without a rule, tokens are joined by spaces. Not repaired: the bytes may be invalid UTF-8.
  std::string decode(std::vector<std::string> tokens) const;
  /// The bytes of one token in the middle of a text, perhaps part of a character.
  std::string bytes_of(std::string_view token) const;
  /// decode() just joins what bytes_of() gives for each.
  bool joins() const { return joins_; }

 private:
  std::vector<std::unique_ptr<DecoderStep>> steps_;
  bool joins_ = false;
};

/// 10 for "<0x0A>", -1 for a token that is no byte.
int byte_of_token(std::string_view token);

}  // namespace llmops::text
