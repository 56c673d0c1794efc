// What optimizers share, and their making.
#include "train/optimizer.h"

#include <ATen/core/grad_mode.h>

#include "train/adafactor.h"
#include "train/adamw.h"
#include "train/adamw_8bit.h"
#include "train/lion.h"
#include "train/optimizer_table.h"

namespace llmops::train {

double Optimizer::step(double learning_rate) {
  const at::NoGradGuard no_grad;
  ++steps_;
  const double used = rate(learning_rate);
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    const at::Tensor& gradient = tensors_[i].tensor.grad();
    if (gradient.defined()) update(i, tensors_[i].tensor, gradient, used * tensors_[i].rate_factor);
  }
  return used;
}

std::unique_ptr<Optimizer> make_optimizer(const FinetuneRecipe& recipe, std::vector<TrainedTensor> tensors) {
  const OptimizerRow& row = optimizer_row(recipe.optimizer);
  Json args = standard_values(row.arguments);
  args.update(recipe.optim_args);
  const double decay = recipe.weight_decay;
  const AdamWOptions adam = {recipe.adam_beta1, recipe.adam_beta2, recipe.adam_epsilon};
  switch (row.rule) {
    case UpdateRule::kAdamW: return std::make_unique<AdamW>(std::move(tensors), decay, adam);
    case UpdateRule::kAdamW8bit:
      return std::make_unique<AdamW8bit>(std::move(tensors), decay, adam, args["min_8bit_size"].get<std::int64_t>());
    case UpdateRule::kLion:
      return std::make_unique<Lion>(std::move(tensors), decay, LionOptions{recipe.adam_beta1, recipe.adam_beta2});
    case UpdateRule::kAdafactor: break;
  }
  return std::make_unique<Adafactor>(
      std::move(tensors), decay,
      AdafactorOptions{args["eps1"], args["eps2"], args["clip_threshold"], args["decay_rate"], args["beta1"],
                       args["scale_parameter"], args["relative_step"], args["warmup_init"]});
}

}  // namespace llmops::train
