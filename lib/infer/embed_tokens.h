// From a text to the tokens an embedding model sees: prompt, lower case, special tokens, the limit on length.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/sentence_layout.h"
#include "text/tokenizer.h"

namespace llmops::infer {

class EmbedTokens {
 public:
  /// @param max_tokens  with special tokens
  /// @throws UsageError  when the limit leaves no room for a text
  EmbedTokens(std::unique_ptr<text::Tokenizer> tokenizer, std::string prompt, int max_tokens, bool lower_case);

  /// Never empty, at most max_tokens: what is too long loses its end, and keeps the special tokens around it.
  std::vector<text::TokenId> encode(const std::string& text) const;

  /// Tokens of the prompt alone with the special tokens before it.
  std::size_t prompt_tokens() const;

 private:
  std::unique_ptr<text::Tokenizer> tokenizer_;
  std::string prompt_;
  bool lower_case_ = false;
  std::vector<text::TokenId> before_, after_;  ///< the special tokens around a text
  std::size_t room_ = 0;                       ///< for the text itself, in tokens
};

/// The text before each text. @throws UsageError  for a name that is none of the folder's prompts, with the nearest
std::string choose_prompt(const model::SentenceLayout& layout, const std::optional<std::string>& prompt,
                          const std::string& name);

/// How many tokens of a text a model sees: sentence-transformers' own limit, else the tokenizer's
/// ("model_max_length"), neither above `model_limit`.
int token_limit(const model::SentenceLayout& layout, int model_limit);

}  // namespace llmops::infer
