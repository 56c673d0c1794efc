#include "train/pair_objective.h"

#include "train/answer_scores.h"

namespace llmops::train {
namespace {

/// ORPO is a supervised loss with the odds ratio beside it; with the others it is the addition.
double own_weight(const PreferenceRecipe& recipe) {
  if (recipe.rl == "orpo") return 1;
  return recipe.rl == "simpo" ? recipe.cpo_alpha : recipe.rpo_alpha;
}

}  // namespace

PairObjective::PairObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                             const std::vector<float>& reference)
    : Objective(recipe, examples), reference_(reference), own_weight_(own_weight(recipe.preference)) {}

void PairObjective::begin(const model::Decoder&, std::span<const MicroBatch> window, std::int64_t, Workers&) {
  pairs_ = chosen_tokens_ = 0;
  for (const MicroBatch& batch : window) {
    pairs_ += static_cast<double>(batch.size()) / 2;
    for (std::size_t i = 0; i < batch.size(); i += 2) {
      chosen_tokens_ += static_cast<double>(examples_[batch[i]].supervised_tokens);
    }
  }
}

ObjectiveLoss PairObjective::loss(const model::Decoder& decoder, const MicroBatch& batch) {
  const AnswerScores scores = answer_scores(decoder, examples_, batch, reference_, recipe_.gradient_checkpointing);
  const AnswerScores chosen = half_of(scores, 0), rejected = half_of(scores, 1);
  const PairLosses pairs = pair_losses(recipe_.preference, chosen, rejected);
  ObjectiveLoss found{pairs.losses.sum(at::kDouble) / pairs_, {}};
  const double own = -chosen.sum.detach().sum(at::kDouble).item<double>() / chosen_tokens_;
  if (own_weight_ > 0) found.loss = found.loss - own_weight_ * chosen.sum.sum(at::kDouble) / chosen_tokens_;

  const auto mean = [&](const at::Tensor& values) { return values.detach().sum(at::kDouble).item<double>() / pairs_; };
  const double up = mean(pairs.chosen_rewards), down = mean(pairs.rejected_rewards);
  found.measures = {{"rewards/chosen", up},
                    {"rewards/rejected", down},
                    {"rewards/margins", up - down},
                    {"rewards/accuracies", mean((pairs.chosen_rewards > pairs.rejected_rewards).to(at::kDouble))},
                    {"logps/chosen", mean(chosen.sum)},
                    {"logps/rejected", mean(rejected.sum)},
                    {"nll_loss", own}};
  return found;
}

}  // namespace llmops::train
