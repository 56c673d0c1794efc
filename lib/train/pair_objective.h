// DPO, IPO, SimPO and ORPO: the answer chosen against the one rejected.
#pragma once

#include "train/objective.h"

namespace llmops::train {

class PairObjective final : public Objective {
 public:
  PairObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                const std::vector<float>& reference);

  void begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
             Workers& workers) override;
  ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) override;

 private:
  const std::vector<float>& reference_;
  double own_weight_;                     ///< of the chosen answers' own loss
  double pairs_ = 1, chosen_tokens_ = 1;  ///< of the window
};

}  // namespace llmops::train
