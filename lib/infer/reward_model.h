// A reward model at work: what whole texts are worth, a number each.
#pragma once

#include <span>
#include <vector>

#include "infer/engine_model.h"

namespace llmops::infer {

/// Whether what these files hold is a reward model: a classifier's folder, or an adapter that makes one of its base.
/// @param adapter  "" for none
bool is_reward_model(const std::string& model, const std::string& adapter);

/// One caller at a time.
class RewardModel {
 public:
  /// @param options  of which the model, its adapter, dtype, threads, context and `step_tokens` count
  /// @throws as open_engine(); InputError  for a language model
  explicit RewardModel(const EngineOptions& options);

  const text::Tokenizer& tokenizer() const { return *model_.tokenizer; }
  const text::ChatTemplate* chat_template() const { return model_.chat_template.get(); }

  /// @param what  "prompts.jsonl:3", for errors
  /// @throws InputError  no tokens, more than the context holds, or one that is not in the vocabulary
  void check(std::span<const TokenId> tokens, const std::string& what) const;
  /// @param sequences  that check() passes @returns a reward each; not finite where the weights are damaged
  /// @throws Interrupted
  std::vector<float> rewards(std::span<const std::vector<TokenId>> sequences);

 private:
  /// Of sequences whose keys and values are in memory together.
  void score_group(std::span<const std::vector<TokenId>> sequences, std::span<float> rewards);

  EngineModel model_;
  std::int64_t context_, step_tokens_;
  int adapter_;  ///< -1 for none
};

}  // namespace llmops::infer
