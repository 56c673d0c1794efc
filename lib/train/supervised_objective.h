// Learning answers as they are: the cross entropy of the supervised tokens.
#pragma once

#include "train/batch.h"
#include "train/objective.h"

namespace llmops::train {

class SupervisedObjective final : public Objective {
 public:
  using Objective::Objective;

  void begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
             Workers& workers) override;
  ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) override;

 private:
  double supervised_ = 1;  ///< tokens of the window
};

/// How the recipe learns a batch's answers; without gradients, that is how it validates. Draws noise.
LossOptions supervised_options(const FinetuneRecipe& recipe, const model::Decoder& decoder, const Batch& batch);

}  // namespace llmops::train
