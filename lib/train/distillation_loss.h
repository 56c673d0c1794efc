// How far a student's next-token distribution is from its teacher's.
#pragma once

#include <ATen/ATen.h>

#include "model/output_head.h"
#include "train/distillation_recipe.h"

namespace llmops::train {

/// Last hidden states of M positions, (M, C), and the head that makes logits of them.
struct Predictions {
  const at::Tensor& hidden;
  const model::OutputHead& head;
};

struct DistillationLosses {
  at::Tensor losses;      ///< (M): kd_alpha divergence + kd_ce_alpha cross entropy
  at::Tensor divergence;  ///< (M), without gradient
};

/// A teacher's likeliest tokens at M positions: ids (M, K) int64, and log-probabilities (M, K) at temperature 1.
struct TopTokens {
  at::Tensor ids, log_probs;
};

/// With p the teacher's and q the student's softmax of logits / T, the divergence is T^2 KL(p || q), or T^2 KL(q || p)
/// with "reverse_kl" (Hinton et al., 2015, for T^2; Gu et al., 2024, for the reverse one). Logits are made for some
/// rows at a time, as token_losses() has it; only `student.hidden` gets a gradient.
/// @param targets  (M) int64
/// @param rows     positions at a time; 0 chooses by V
DistillationLosses distillation_losses(const DistillationRecipe& recipe, const Predictions& student,
                                       const Predictions& teacher, const at::Tensor& targets, std::int64_t rows = 0);

/// T^2 KL(p || q) likewise, where p is the teacher's distribution over its K likeliest tokens alone, which add up to 1
/// at the temperature, and q the student's over the whole vocabulary, as axolotl's offline distillation has it. With
/// K = V it is the one above.
DistillationLosses distillation_losses(const DistillationRecipe& recipe, const Predictions& student,
                                       const TopTokens& teacher, const at::Tensor& targets, std::int64_t rows = 0);

}  // namespace llmops::train
