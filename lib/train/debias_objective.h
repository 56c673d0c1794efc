// Learning answers while an adversary that guesses an attribute from the model's states is made to fail.
#pragma once

#include "train/adversary.h"
#include "train/objective.h"

namespace llmops::train {

/// The loss is the supervised one: what an adversary costs is a gradient, and stands in the measures.
class DebiasObjective final : public Objective {
 public:
  /// @param adversary  outlives the objective
  /// @param steps      of the whole run
  /// @param majority   the group that most training examples have
  DebiasObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples, const Adversary& adversary,
                  std::int64_t steps, std::int32_t majority)
      : Objective(recipe, examples), adversary_(adversary), steps_(steps), majority_(majority) {}

  void begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
             Workers& workers) override;
  ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) override;

 private:
  const Adversary& adversary_;
  std::int64_t steps_;
  std::int32_t majority_;
  double strength_ = 0;                          ///< of the reversed gradient
  double supervised_ = 1, window_examples_ = 1;  ///< of the window: tokens, examples
};

}  // namespace llmops::train
