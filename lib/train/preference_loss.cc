// The formulas of preference training.
#include "train/preference_loss.h"

#include <cmath>

namespace llmops::train {
namespace {

at::Tensor mean_log_probs(const AnswerScores& answers) { return answers.sum / answers.tokens; }

/// What training changed.
at::Tensor log_ratios(const AnswerScores& answers) { return answers.sum - answers.reference; }

/// -log sigmoid(x), where a share `smoothing` of the pairs is the other way round.
at::Tensor logistic_losses(const at::Tensor& x, double smoothing) {
  const at::Tensor losses = -at::log_sigmoid(x);
  return smoothing == 0 ? losses : losses * (1 - smoothing) - at::log_sigmoid(-x) * smoothing;
}

/// log(1 - exp(x)) for x < 0, by whichever form loses no digits.
at::Tensor log_one_minus_exp(const at::Tensor& x) {
  return at::where(x > -std::log(2.0), at::log(-at::expm1(x)), at::log1p(-at::exp(x)));
}

/// log(p / (1 - p)) of the mean probability of a token.
at::Tensor log_odds(const AnswerScores& answers) {
  const at::Tensor mean = mean_log_probs(answers);
  return mean - log_one_minus_exp(mean);
}

PairLosses with_rewards(at::Tensor losses, const at::Tensor& chosen, const at::Tensor& rejected, double scale) {
  return {std::move(losses), chosen.detach() * scale, rejected.detach() * scale};
}

PairLosses dpo(const PreferenceRecipe& recipe, const AnswerScores& chosen, const AnswerScores& rejected) {
  const at::Tensor up = log_ratios(chosen), down = log_ratios(rejected);
  return with_rewards(logistic_losses(recipe.rl_beta * (up - down), recipe.dpo_label_smoothing), up, down,
                      recipe.rl_beta);
}

PairLosses ipo(const PreferenceRecipe& recipe, const AnswerScores& chosen, const AnswerScores& rejected) {
  const at::Tensor up = log_ratios(chosen), down = log_ratios(rejected);
  const at::Tensor margin = up / chosen.tokens - down / rejected.tokens;
  return with_rewards(at::square(margin - 1 / (2 * recipe.rl_beta)), up, down, recipe.rl_beta);
}

PairLosses simpo(const PreferenceRecipe& recipe, const AnswerScores& chosen, const AnswerScores& rejected) {
  const at::Tensor up = mean_log_probs(chosen), down = mean_log_probs(rejected);
  return with_rewards(logistic_losses(recipe.rl_beta * (up - down) - recipe.simpo_gamma, recipe.dpo_label_smoothing),
                      up, down, recipe.rl_beta);
}

PairLosses orpo(const PreferenceRecipe& recipe, const AnswerScores& chosen, const AnswerScores& rejected) {
  const at::Tensor losses = -recipe.orpo_alpha * at::log_sigmoid(log_odds(chosen) - log_odds(rejected));
  return with_rewards(losses, mean_log_probs(chosen), mean_log_probs(rejected), recipe.orpo_alpha);
}

}  // namespace

PairLosses pair_losses(const PreferenceRecipe& recipe, const AnswerScores& chosen, const AnswerScores& rejected) {
  if (recipe.rl == "ipo") return ipo(recipe, chosen, rejected);
  if (recipe.rl == "simpo") return simpo(recipe, chosen, rejected);
  if (recipe.rl == "orpo") return orpo(recipe, chosen, rejected);
  return dpo(recipe, chosen, rejected);
}

at::Tensor kto_losses(const PreferenceRecipe& recipe, const AnswerScores& answers, const at::Tensor& desirable,
                      double kl) {
  const at::Tensor above = recipe.rl_beta * (log_ratios(answers) - kl);
  return at::where(desirable, recipe.kto_desirable_weight * (1 - at::sigmoid(above)),
                   recipe.kto_undesirable_weight * (1 - at::sigmoid(-above)));
}

}  // namespace llmops::train
