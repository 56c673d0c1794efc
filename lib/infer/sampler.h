// From a row of logits to the next token of one request.
#pragma once

#include <random>
#include <span>
#include <unordered_map>

#include "infer/engine.h"

namespace llmops::infer {

/// @throws InputError  naming the option and what is allowed
void check_sampling(const SamplingOptions& options);

/// Holds what one request's choices depend on: its options, its own random numbers, and the tokens it has made so far.
/// The batch it runs in has no part in it.
class Sampler {
 public:
  explicit Sampler(const SamplingOptions& options);

  /// @param logits  (V); overwritten
  /// @returns the token; log-probability and alternatives filled where the options ask for them
  TokenLogprob sample(std::span<float> logits);

 private:
  void apply_penalties(std::span<float> logits) const;
  TokenId draw(std::span<float> logits);
  double uniform();  ///< [0, 1)

  SamplingOptions options_;
  std::mt19937_64 random_;
  std::unordered_map<TokenId, int> counts_;  ///< of generated tokens; kept only where a penalty needs it
};

}  // namespace llmops::infer
