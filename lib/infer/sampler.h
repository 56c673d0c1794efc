// From a row of logits to the next token of one request.
#pragma once

#include <random>
#include <span>
#include <unordered_map>
#include <vector>

#include "infer/engine.h"

namespace llmops::infer {

/// @throws InputError  naming the option and what is allowed
void check_sampling(const SamplingOptions& options);

/// Holds what one request's choices depend on: its options, its own random numbers, and the tokens it has made so far.
/// The batch it runs in has no part in it.
class Sampler {
 public:
  /// @param prompt  what the repetition penalty counts beside the request's own tokens
  explicit Sampler(const SamplingOptions& options, std::span<const TokenId> prompt = {});

  /// @param logits   (V); overwritten
  /// @param allowed  bit t % 32 of allowed[t / 32] for each token that may be chosen; empty: all
  /// @returns the token; log-probability and alternatives filled where the options ask for them
  /// @throws InputError  for logits that are no numbers, and when no token is allowed
  TokenLogprob sample(std::span<float> logits, std::span<const std::uint32_t> allowed = {});

  /// Likeliest tokens, without a draw.
  bool greedy() const;
  /// Makes of other logits the choices that this one would: one random number a choice. Reports no log-probabilities.
  Sampler guesser() const;

 private:
  void apply_penalties(std::span<float> logits) const;
  TokenId draw(std::span<float> logits, float highest);
  TokenId draw_of_all(std::span<float> logits, float highest);
  TokenId draw_of_nucleus(std::span<float> logits, float highest);
  double uniform();  ///< [0, 1)

  SamplingOptions options_;
  std::mt19937_64 random_;
  std::unordered_map<TokenId, int> counts_;  ///< of generated tokens, those of the prompt at 0; only for a penalty
};

}  // namespace llmops::infer
