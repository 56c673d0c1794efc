// Learning another model's next-token distribution at the supervised tokens.
#pragma once

#include "train/batch.h"
#include "train/distillation_loss.h"
#include "train/objective.h"

namespace llmops::train {

class DistillationObjective final : public Objective {
 public:
  /// @param teacher  of the same vocabulary; null: `tokens` say all that is known of it. Both outlive the objective
  DistillationObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                        const model::Decoder* teacher, const TeacherTokens& tokens);

  void begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
             Workers& workers) override;
  ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) override;

 private:
  /// Of the supervised tokens of a batch.
  TopTokens tokens_of(const MicroBatch& batch) const;
  DistillationLosses losses(const Predictions& student, const MicroBatch& chosen, const Batch& batch) const;

  const model::Decoder* teacher_;
  const TeacherTokens& tokens_;
  std::vector<std::size_t> begins_;  ///< first_positions()
  double supervised_ = 1;            ///< tokens of the window
};

/// The recipe's teacher. @throws InputError  its vocabulary is another
model::Decoder load_teacher(const FinetuneRecipe& recipe, const model::ModelConfig& student,
                            const std::string& tokenizer_fingerprint);

}  // namespace llmops::train
