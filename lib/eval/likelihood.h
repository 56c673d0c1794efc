// From texts to token sequences whose log-probabilities are summed, by lm-evaluation-harness' rules.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "infer/engine.h"

namespace llmops::eval {

/// Tokens to score: those from `scored_from` on. At least one token stands before them.
struct ScoreRequest {
  std::vector<text::TokenId> tokens;
  std::size_t scored_from = 1;
  bool truncated = false;  ///< the beginning did not fit
};

/// BOS, or EOS where there is none. @throws InputError  when the tokenizer has neither
text::TokenId prefix_token(const text::Tokenizer& tokenizer);

/// Trailing white space of the context moves to the continuation, both are encoded together, and what follows the
/// context's own tokens is scored. An empty context is the prefix token.
/// @param longest  tokens of a sequence; the beginning is cut
/// @returns an empty `tokens` when the continuation has no token of its own, or more than `longest` - 1
ScoreRequest encode_pair(const text::Tokenizer& tokenizer, const std::string& context, const std::string& continuation,
                         bool add_bos, std::size_t longest);

/// A text in windows: each token is scored once; the first window starts with the prefix token, a later one with as
/// much of the text before it as fits: one token where it is full.
std::vector<ScoreRequest> rolling_windows(std::span<const text::TokenId> tokens, text::TokenId prefix,
                                          std::size_t longest);

struct LikelihoodSum {
  double logprob = 0;  ///< natural logarithm
  bool greedy = true;  ///< every scored token was the most likely one
  std::size_t tokens = 0;
};
LikelihoodSum sum_scored(const ScoreRequest& request, const infer::SequenceScore& score);

}  // namespace llmops::eval
