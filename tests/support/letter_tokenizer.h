// A tokenizer of one character a token, for tests of what happens to tokens: 0 is "0", 10 is "A", 60 is the end.
#pragma once

#include <optional>
#include <string>

#include "text/tokenizer.h"

namespace llmops::test {

class LetterTokenizer : public text::Tokenizer {
 public:
  static constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx";
  static constexpr text::TokenId kEnd = 60;

  std::vector<text::TokenSpan> encode_with_spans(std::string_view text, bool) const override {
    std::vector<text::TokenSpan> spans;
    for (std::size_t i = 0; i < text.size(); ++i)
      spans.push_back({static_cast<text::TokenId>(kLetters.find(text[i])), i, i + 1});
    return spans;
  }
  std::string token_bytes(text::TokenId id, bool) const override {
    return id == kEnd ? "" : std::string(1, kLetters.at(static_cast<std::size_t>(id)));
  }
  std::string decode(std::span<const text::TokenId> ids, bool) const override {
    std::string text;
    for (const text::TokenId id : ids) text += token_bytes(id, false);
    return text;
  }
  int vocab_size() const override { return 61; }
  std::optional<text::TokenId> token_to_id(std::string_view token) const override {
    return token.size() == 1 ? std::optional(static_cast<text::TokenId>(kLetters.find(token[0]))) : std::nullopt;
  }
  std::string id_to_token(text::TokenId id) const override { return token_bytes(id, false); }
  bool is_special(text::TokenId id) const override { return id == kEnd; }
  std::optional<text::TokenId> bos_id() const override { return {}; }
  std::optional<text::TokenId> eos_id() const override { return kEnd; }
  std::string fingerprint() const override { return "letters"; }
};

}  // namespace llmops::test
