// Guesses of what comes next, from where the text has said the same before.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "infer/drafter.h"
#include "text/tokenizer.h"

namespace llmops::infer {

/// What followed the latest earlier place where the last few tokens stand, and where the text ends there, the same
/// again; empty where there is no such place. @param most  tokens to give
/// Source: Saxena, 2023, "Prompt Lookup Decoding".
std::vector<text::TokenId> look_up_continuation(std::span<const text::TokenId> tokens, std::size_t most);

class LookupDrafter final : public Drafter {
 public:
  void draft(std::span<GeneratingSequence* const> sequences, std::size_t most) override;
  const char* kind() const override { return "prompt_lookup"; }
};

}  // namespace llmops::infer
