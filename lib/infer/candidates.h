// The tokens a choice is made among, selected without sorting the vocabulary.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "text/tokenizer.h"

namespace llmops::infer {

struct Candidate {
  text::TokenId id = 0;
  float logit = 0;
  double weight = 0;  ///< unnormalised probability
};

/// The `count` likeliest tokens, in the order of their ids; of equals the first.
std::vector<Candidate> likeliest(std::span<const float> logits, std::size_t count);
/// Tokens with a logit of `lowest` or more and not minus infinity, in the order of their ids.
std::vector<Candidate> at_least(std::span<const float> logits, float lowest);

/// Leaves the fewest of the likeliest whose weights add up to `wanted`; the order stays. At least one is left.
void keep_nucleus(std::vector<Candidate>& candidates, double wanted);

}  // namespace llmops::infer
