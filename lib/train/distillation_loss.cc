#include "train/distillation_loss.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <functional>

#include "train/token_loss.h"

namespace llmops::train {
namespace {

/// Of R positions.
struct Divergence {
  at::Tensor values;  ///< (R)
  at::Tensor slope;   ///< (R, V), to the logits divided by the temperature
};

/// @param student  (R, V), log-probabilities at the temperature, of the positions from `begin` on
using DivergenceOf = std::function<Divergence(const at::Tensor& student, std::int64_t begin)>;

Divergence divergence(const at::Tensor& student, const at::Tensor& teacher, bool reverse) {
  const at::Tensor& from = reverse ? student : teacher;
  const at::Tensor& to = reverse ? teacher : student;
  const at::Tensor values = (from.exp() * (from - to)).sum(1);
  if (!reverse) return {values, student.exp() - teacher.exp()};
  return {values, student.exp() * (student - teacher - values.unsqueeze(1))};
}

/// @param ids, teacher  (R, K), tokens and their log-probabilities, which add up to 1
Divergence divergence_of_top(const at::Tensor& student, const at::Tensor& ids, const at::Tensor& teacher) {
  const at::Tensor shares = teacher.exp();
  return {(shares * (teacher - student.gather(1, ids))).sum(1), student.exp().scatter_add_(1, ids, -shares)};
}

struct DistillationLoss : torch::autograd::Function<DistillationLoss> {
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* ctx, const at::Tensor& hidden,
                                                const DistillationRecipe& recipe, const model::OutputHead& head,
                                                const DivergenceOf& divergence_of, const at::Tensor& targets,
                                                std::int64_t rows, bool with_gradient) {
    const double temperature = recipe.kd_temperature, scale = temperature * temperature;
    at::Tensor losses = at::empty({hidden.size(0)}, hidden.options().dtype(at::kFloat)),
               divergences = at::empty_like(losses);
    at::Tensor gradient = with_gradient ? at::empty_like(hidden) : at::Tensor();  // (M, C), of each loss by itself
    for (std::int64_t begin = 0; begin < hidden.size(0); begin += rows) {
      const std::int64_t count = std::min(rows, hidden.size(0) - begin);
      const at::Tensor logits = head.logits(hidden.narrow(0, begin, count));  // (R, V)
      const Divergence found = divergence_of(at::log_softmax(logits / temperature, 1), begin);
      divergences.narrow(0, begin, count).copy_(found.values * scale);
      losses.narrow(0, begin, count).copy_(found.values * (recipe.kd_alpha * scale));
      at::Tensor slope;
      if (with_gradient) slope = found.slope * (recipe.kd_alpha * temperature);
      if (recipe.kd_ce_alpha > 0) {
        const at::Tensor chosen = targets.narrow(0, begin, count).unsqueeze(1);
        const at::Tensor log_probabilities = at::log_softmax(logits, 1);
        losses.narrow(0, begin, count).sub_(log_probabilities.gather(1, chosen).squeeze(1), recipe.kd_ce_alpha);
        if (with_gradient) {
          slope.add_(log_probabilities.exp(), recipe.kd_ce_alpha)
              .scatter_add_(1, chosen, at::full_like(chosen, -recipe.kd_ce_alpha, slope.options()));
        }
      }
      if (with_gradient) gradient.narrow(0, begin, count).copy_(head.backward(logits, slope, hidden.scalar_type()));
    }
    if (with_gradient) ctx->save_for_backward({gradient});
    ctx->mark_non_differentiable({divergences});
    return {losses, divergences};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const at::Tensor gradient = ctx->get_saved_variables()[0];
    torch::autograd::variable_list all(7);
    all[0] = gradient * grads[0].to(gradient.scalar_type()).unsqueeze(1);
    return all;
  }
};

DistillationLosses losses_by(const DistillationRecipe& recipe, const Predictions& student,
                             const DivergenceOf& divergence_of, const at::Tensor& targets, std::int64_t rows) {
  const bool with_gradient = at::GradMode::is_enabled() && student.hidden.requires_grad();
  const std::int64_t at_a_time = rows > 0 ? rows : rows_at_a_time(student.head.weight.size(0));
  auto found = DistillationLoss::apply(student.hidden, recipe, student.head, divergence_of,
                                       targets.to(student.hidden.device()), at_a_time, with_gradient);
  return {found[0], found[1]};
}

}  // namespace

DistillationLosses distillation_losses(const DistillationRecipe& recipe, const Predictions& student,
                                       const Predictions& teacher, const at::Tensor& targets, std::int64_t rows) {
  const DivergenceOf all = [&](const at::Tensor& q, std::int64_t begin) {
    const at::Tensor logits = teacher.head.logits(teacher.hidden.narrow(0, begin, q.size(0)));
    return divergence(q, at::log_softmax(logits / recipe.kd_temperature, 1), recipe.kd_loss == "reverse_kl");
  };
  return losses_by(recipe, student, all, targets, rows);
}

DistillationLosses distillation_losses(const DistillationRecipe& recipe, const Predictions& student,
                                       const TopTokens& teacher, const at::Tensor& targets, std::int64_t rows) {
  const DivergenceOf top = [&](const at::Tensor& q, std::int64_t begin) {
    const at::Tensor log_probs = teacher.log_probs.narrow(0, begin, q.size(0)).to(q.device());
    return divergence_of_top(q, teacher.ids.narrow(0, begin, q.size(0)).to(q.device()),
                             at::log_softmax(log_probs / recipe.kd_temperature, 1));
  };
  return losses_by(recipe, student, top, targets, rows);
}

}  // namespace llmops::train
