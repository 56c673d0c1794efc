// Learning another model's next-token distribution at the supervised tokens.
#pragma once

#include "train/objective.h"

namespace llmops::train {

class DistillationObjective final : public Objective {
 public:
  /// @param teacher  of the same vocabulary; outlives the objective
  DistillationObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                        const model::Decoder& teacher)
      : Objective(recipe, examples), teacher_(teacher) {}

  void begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
             Workers& workers) override;
  ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) override;

 private:
  const model::Decoder& teacher_;
  double supervised_ = 1;  ///< tokens of the window
};

/// The recipe's teacher. @throws InputError  its vocabulary is another
model::Decoder load_teacher(const FinetuneRecipe& recipe, const model::ModelConfig& student,
                            const std::string& tokenizer_fingerprint);

}  // namespace llmops::train
