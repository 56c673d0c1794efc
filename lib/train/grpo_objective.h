// GRPO: a model learns from its own answers, each judged against the others to the same prompt.
#pragma once

#include <functional>

#include "train/batch.h"
#include "train/objective.h"
#include "train/rollouts.h"

namespace llmops::train {

/// Shao and others, 2024, "DeepSeekMath", as TRL's GRPOTrainer computes it: answers are drawn anew for every step, and
/// learnt from once, so that the ratio to the model that drew them is 1. Validation draws one answer a prompt by the
/// likeliest tokens; its loss is the mean reward below zero.
class GrpoObjective final : public Objective {
 public:
  /// Answers to the prompts of a window, in its order.
  using Answer = std::function<Rollouts(std::span<const MicroBatch> window, std::int64_t step)>;

  /// @param before  the model as it was before training; null with a `beta` of 0
  GrpoObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples, const model::Decoder* before,
                Answer answer, bool validates);

  void begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
             Workers& workers) override;
  ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) override;
  /// Of the answers drawn, each with its prompt.
  WindowTokens tokens(std::span<const MicroBatch> window) const override;

 private:
  /// (M), log-probabilities of the answers' tokens, `temperature` applied.
  at::Tensor log_probs(const model::Decoder& decoder, const Batch& batch) const;
  /// What a token of each answer weighs in the window's loss.
  double token_weight(const Example& answer) const;

  const model::Decoder* before_;
  Answer answer_;
  bool validates_;
  Rollouts rollouts_;
  double tokens_ = 1;  ///< of all answers of the window
};

/// By the engine, with the weights as they are then.
GrpoObjective::Answer answer_by_engine(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                                       TrainedWeights& weights, bool validates);

}  // namespace llmops::train
