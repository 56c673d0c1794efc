// Guesses of what comes next, from where the text has said the same before.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "text/tokenizer.h"

namespace llmops::infer {

/// What followed the latest earlier place where the last few tokens stand, and where the text ends there, the same
/// again; empty where there is no such place. @param most  tokens to give
/// Source: Saxena, 2023, "Prompt Lookup Decoding".
std::vector<text::TokenId> look_up_continuation(std::span<const text::TokenId> tokens, std::size_t most);

/// How many tokens to guess: more while guesses hold, fewer when they do not, so that text without repetition costs
/// little. The answer is the same for any number.
class DraftLength {
 public:
  explicit DraftLength(std::size_t most) : most_(most), length_(most) {}
  std::size_t get() const { return length_; }
  void tell(std::size_t drafted, std::size_t held);

 private:
  std::size_t most_;
  std::size_t length_;
};

}  // namespace llmops::infer
