// What one request chooses next: its sampler, within what its constraint allows.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "infer/sampler.h"
#include "infer/token_constraint.h"

namespace llmops::infer {

class TokenChooser {
 public:
  /// @param prompt      what the repetition penalty counts beside the request's own tokens
  /// @param end_ids     tokens that end an answer; outlive this
  /// @param vocabulary  V, of the model
  /// @param constraint  null: all tokens are allowed
  TokenChooser(const SamplingOptions& options, std::span<const TokenId> prompt, const std::set<TokenId>& end_ids,
               int vocabulary, std::unique_ptr<TokenConstraint> constraint);

  /// @param logits  (V), or of a guesser those of the tokens that both models know; overwritten
  /// @returns the next token; none where the constraint allows none and the answer may end
  /// @throws InputError  as Sampler::sample(); what the constraint throws
  std::optional<TokenLogprob> choose(std::span<float> logits);

  bool is_end(TokenId token) const { return !ignore_eos_ && end_ids_->contains(token); }
  bool greedy() const { return sampler_.greedy(); }

  /// Chooses from another model's logits as this one will from the model's: with the same random numbers, penalties and
  /// constraint (or none, where the constraint cannot be copied). The more alike the models, the more often they agree.
  TokenChooser guesser() const;

 private:
  TokenChooser(Sampler sampler, const TokenChooser& other);
  /// Writes allowed_. @returns whether there is a token to choose; else the answer is to end
  bool ask_constraint();

  Sampler sampler_;
  const std::set<TokenId>* end_ids_;
  bool ignore_eos_;
  std::size_t vocabulary_;
  std::unique_ptr<TokenConstraint> constraint_;
  std::vector<std::uint32_t> allowed_;  ///< bits, while there is a constraint
};

}  // namespace llmops::infer
