// The output head and its loss as one autograd node.
#include "train/token_loss.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "model/recompute.h"

namespace llmops::train {
namespace {

/// 48 MiB of logits: enough rows for the matrix product to run at full speed, little beside the activations.
constexpr std::int64_t kLogitsAtATime = 12 << 20;

struct TokenLoss : torch::autograd::Function<TokenLoss> {
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, const at::Tensor& hidden,
                            const model::OutputHead& head, const at::Tensor& targets, std::int64_t rows,
                            double smoothing, bool with_gradient) {
    at::Tensor losses = at::empty({hidden.size(0)}, hidden.options().dtype(at::kFloat));
    at::Tensor gradient = with_gradient ? at::empty_like(hidden) : at::Tensor();  // (M, C), of each loss by itself
    for (std::int64_t begin = 0; begin < hidden.size(0); begin += rows) {
      const std::int64_t count = std::min(rows, hidden.size(0) - begin);
      at::Tensor logits = head.logits(hidden.narrow(0, begin, count));  // (count, V)
      const at::Tensor chosen = targets.narrow(0, begin, count).unsqueeze(1);
      at::Tensor probabilities = at::log_softmax(logits, 1);
      if (head.softcap == 0) logits.reset();  // else its gradient needs them
      losses.narrow(0, begin, count).copy_(probabilities.gather(1, chosen).squeeze(1).mul_(smoothing - 1));
      if (smoothing > 0) losses.narrow(0, begin, count).sub_(probabilities.mean(1), smoothing);
      if (!with_gradient) continue;
      probabilities.exp_().scatter_add_(1, chosen, at::full_like(chosen, smoothing - 1, probabilities.options()));
      if (smoothing > 0) probabilities.sub_(smoothing / static_cast<double>(probabilities.size(1)));
      gradient.narrow(0, begin, count).copy_(head.backward(logits, probabilities, hidden.scalar_type()));
    }
    if (with_gradient) ctx->save_for_backward({gradient});
    return losses;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const at::Tensor gradient = ctx->get_saved_variables()[0];
    return {gradient * grads[0].to(gradient.scalar_type()).unsqueeze(1),
            at::Tensor(),
            at::Tensor(),
            at::Tensor(),
            at::Tensor(),
            at::Tensor()};
  }
};

/// With a head that is trained, whose gradient depends on that of each loss: the logits of some rows are made again
/// once it is known.
at::Tensor recomputed_losses(const at::Tensor& hidden, const model::OutputHead& head, const at::Tensor& targets,
                             std::int64_t rows, double smoothing) {
  std::vector<at::Tensor> losses, parameters = {head.weight};
  if (head.bias.defined()) parameters.push_back(head.bias);
  for (std::int64_t begin = 0; begin < hidden.size(0); begin += rows) {
    const std::int64_t count = std::min(rows, hidden.size(0) - begin);
    const auto loss = [head, smoothing, chosen = targets.narrow(0, begin, count)](const at::Tensor& x) {
      return at::cross_entropy_loss(head.logits(x), chosen, {}, at::Reduction::None, -100, smoothing);
    };
    losses.push_back(model::recompute(hidden.narrow(0, begin, count), parameters, loss));
  }
  return at::cat(losses);
}

}  // namespace

std::int64_t rows_at_a_time(std::int64_t vocabulary) {
  return std::clamp<std::int64_t>(kLogitsAtATime / vocabulary, 16, 2048);
}

at::Tensor token_losses(const at::Tensor& hidden, const model::OutputHead& head, const at::Tensor& targets,
                        std::int64_t rows, double smoothing) {
  const std::int64_t at_a_time = rows > 0 ? rows : rows_at_a_time(head.weight.size(0));
  const at::Tensor wanted = targets.to(hidden.device());
  const bool head_trained = head.weight.requires_grad() || (head.bias.defined() && head.bias.requires_grad());
  if (at::GradMode::is_enabled() && head_trained) return recomputed_losses(hidden, head, wanted, at_a_time, smoothing);
  const bool with_gradient = at::GradMode::is_enabled() && hidden.requires_grad();
  return TokenLoss::apply(hidden, head, wanted, at_a_time, smoothing, with_gradient);
}

}  // namespace llmops::train
