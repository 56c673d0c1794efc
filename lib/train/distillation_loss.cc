#include "train/distillation_loss.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "train/token_loss.h"

namespace llmops::train {
namespace {

struct Chunk {
  at::Tensor student, teacher;  ///< (R, V), log-probabilities at the temperature
};

/// sum_v of each row. @returns (R)
at::Tensor divergence_of(const Chunk& chunk, bool reverse) {
  const at::Tensor& from = reverse ? chunk.student : chunk.teacher;
  const at::Tensor& to = reverse ? chunk.teacher : chunk.student;
  return (from.exp() * (from - to)).sum(1);
}

/// To the logits divided by the temperature. @returns (R, V)
at::Tensor divergence_gradient(const Chunk& chunk, const at::Tensor& divergence, bool reverse) {
  if (!reverse) return chunk.student.exp() - chunk.teacher.exp();
  return chunk.student.exp() * (chunk.student - chunk.teacher - divergence.unsqueeze(1));
}

struct DistillationLoss : torch::autograd::Function<DistillationLoss> {
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* ctx, const at::Tensor& hidden,
                                                const DistillationRecipe& recipe, const model::OutputHead& head,
                                                const Predictions& teacher, const at::Tensor& targets,
                                                std::int64_t rows, bool with_gradient) {
    const double temperature = recipe.kd_temperature, scale = temperature * temperature;
    const bool reverse = recipe.kd_loss == "reverse_kl";
    at::Tensor losses = at::empty({hidden.size(0)}, at::kFloat), divergences = at::empty_like(losses);
    at::Tensor gradient = with_gradient ? at::empty_like(hidden) : at::Tensor();  // (M, C), of each loss by itself
    for (std::int64_t begin = 0; begin < hidden.size(0); begin += rows) {
      const std::int64_t count = std::min(rows, hidden.size(0) - begin);
      const at::Tensor logits = head.logits(hidden.narrow(0, begin, count));  // (R, V)
      const Chunk chunk = {
          at::log_softmax(logits / temperature, 1),
          at::log_softmax(teacher.head.logits(teacher.hidden.narrow(0, begin, count)) / temperature, 1)};
      const at::Tensor divergence = divergence_of(chunk, reverse);
      divergences.narrow(0, begin, count).copy_(divergence * scale);
      losses.narrow(0, begin, count).copy_(divergence * (recipe.kd_alpha * scale));
      at::Tensor slope;
      if (with_gradient) slope = divergence_gradient(chunk, divergence, reverse) * (recipe.kd_alpha * temperature);
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

}  // namespace

DistillationLosses distillation_losses(const DistillationRecipe& recipe, const Predictions& student,
                                       const Predictions& teacher, const at::Tensor& targets, std::int64_t rows) {
  const bool with_gradient = at::GradMode::is_enabled() && student.hidden.requires_grad();
  const std::int64_t at_a_time = rows > 0 ? rows : rows_at_a_time(student.head.weight.size(0));
  auto found =
      DistillationLoss::apply(student.hidden, recipe, student.head, teacher, targets, at_a_time, with_gradient);
  return {found[0], found[1]};
}

}  // namespace llmops::train
