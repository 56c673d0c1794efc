// A reward model: one number for a whole text, higher for the answer that was chosen.
#pragma once

#include "train/objective.h"

namespace llmops::train {

/// Bradley and Terry, 1952: -log sigmoid(chosen - rejected - margin), and `center_rewards_coefficient` times
/// (chosen + rejected)^2, which keeps rewards around 0 (Eisenstein and others, 2023); numbers as TRL's RewardTrainer.
/// @param chosen, rejected  (P) rewards @param margins  (P) @returns (P)
at::Tensor reward_losses(const at::Tensor& chosen, const at::Tensor& rejected, const at::Tensor& margins,
                         double center_rewards_coefficient);

/// Of each example of the batch. @returns (S) float32
at::Tensor rewards_of(const model::Decoder& decoder, const std::vector<Example>& examples, const MicroBatch& batch,
                      bool checkpointing);

class RewardObjective final : public Objective {
 public:
  using Objective::Objective;
  void begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
             Workers& workers) override;
  ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) override;

 private:
  double pairs_ = 1;  ///< of the window
};

/// Makes the base what the recipe trains: a language model becomes a reward model with a fresh head, normal with
/// deviation `initializer_range`, drawn from the recipe's seed. @throws InputError  it has no reward models
void prepare_head(const FinetuneRecipe& recipe, model::Decoder& decoder);

/// @throws InputError  a reward model where text is to be learnt: a base, or what `lora_model_dir` made of it
void check_head(const FinetuneRecipe& recipe, const model::Decoder& decoder);

}  // namespace llmops::train
