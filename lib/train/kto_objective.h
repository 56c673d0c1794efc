// KTO: answers judged one by one.
#pragma once

#include "train/objective.h"

namespace llmops::train {

/// Units are an answer and one to another prompt (preference_data.h). How far the model is from its reference is
/// estimated from the latter, over the whole window, so that it does not depend on how the window is cut.
class KtoObjective final : public Objective {
 public:
  KtoObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples, const std::vector<float>& reference)
      : Objective(recipe, examples), reference_(reference) {}

  void begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
             Workers& workers) override;
  ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) override;

 private:
  const std::vector<float>& reference_;
  double answers_ = 1, desirable_ = 0;  ///< of the window
  double kl_ = 0;                       ///< nats
};

}  // namespace llmops::train
