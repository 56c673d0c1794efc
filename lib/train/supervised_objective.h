// Learning answers as they are: the cross entropy of the supervised tokens.
#pragma once

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

}  // namespace llmops::train
