// Losses of pairs of answers, one chosen and one rejected, from their log-probabilities.
#pragma once

#include <ATen/ATen.h>

#include "train/preference_recipe.h"

namespace llmops::train {

/// Of the answers of P pairs; all (P) float32.
struct AnswerScores {
  at::Tensor sum;        ///< log-probability of the answer, nats
  at::Tensor tokens;     ///< its length
  at::Tensor reference;  ///< `sum` before training; undefined where the objective needs none
};

struct PairLosses {
  at::Tensor losses;                            ///< (P)
  at::Tensor chosen_rewards, rejected_rewards;  ///< (P), without gradient
};

/// DPO (Rafailov et al., 2023), with label smoothing as cDPO (Mitchell, 2023); IPO (Azar et al., 2023) on means over
/// tokens; SimPO (Meng et al., 2024); ORPO's odds ratio (Hong et al., 2024), without its supervised part. Numbers as
/// TRL's trainers have them.
/// @param recipe  rl is one of "dpo", "ipo", "simpo", "orpo"
PairLosses pair_losses(const PreferenceRecipe& recipe, const AnswerScores& chosen, const AnswerScores& rejected);

/// KTO (Ethayarajh et al., 2024, equation 7): how far each answer is from being judged as it was.
/// @param desirable  (S) bool
/// @param kl         how far the model is from its reference, nats; not negative
/// @returns (S), weighted
at::Tensor kto_losses(const PreferenceRecipe& recipe, const AnswerScores& answers, const at::Tensor& desirable,
                      double kl);

}  // namespace llmops::train
