// Learning answers as they are: the cross entropy of the supervised tokens.
#pragma once

#include "train/objective.h"

namespace llmops::train {

class SupervisedObjective final : public Objective {
 public:
  SupervisedObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples)
      : recipe_(recipe), examples_(examples) {}

  void begin(const model::Decoder& decoder, std::span<const MicroBatch> window) override;
  ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) override;

 private:
  const FinetuneRecipe& recipe_;
  const std::vector<Example>& examples_;
  double supervised_ = 1;  ///< tokens of the window
};

}  // namespace llmops::train
