// AdamW.
#include "train/adamw.h"

#include <cmath>

namespace llmops::train {

void adamw_update(const AdamWOptions& options, std::int64_t step, double learning_rate, const at::Tensor& gradient,
                  at::Tensor& tensor, at::Tensor& exp_avg, at::Tensor& exp_avg_sq) {
  const auto t = static_cast<double>(step);
  const double correction1 = 1 - std::pow(options.beta1, t);
  const double root_correction2 = std::sqrt(1 - std::pow(options.beta2, t));
  exp_avg.lerp_(gradient, 1 - options.beta1);
  exp_avg_sq.mul_(options.beta2).addcmul_(gradient, gradient, 1 - options.beta2);
  const at::Tensor denominator = exp_avg_sq.sqrt().div_(root_correction2).add_(options.epsilon);
  tensor.addcdiv_(exp_avg, denominator, -learning_rate / correction1);
}

AdamW::AdamW(std::vector<TrainedTensor> tensors, double weight_decay, AdamWOptions options)
    : Optimizer(std::move(tensors), weight_decay), options_(options) {
  for (const TrainedTensor& trained : tensors_) {
    exp_avg_.push_back(at::zeros_like(trained.tensor));
    exp_avg_sq_.push_back(at::zeros_like(trained.tensor));
  }
}

void AdamW::update(std::size_t index, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate) {
  if (const double kept = kept_share(index, learning_rate); kept != 1) tensor.mul_(kept);
  adamw_update(options_, steps_, learning_rate, gradient, tensor, exp_avg_[index], exp_avg_sq_[index]);
}

NamedTensors AdamW::state() {
  NamedTensors tensors;
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    tensors.emplace_back("exp_avg." + tensors_[i].name, exp_avg_[i]);
    tensors.emplace_back("exp_avg_sq." + tensors_[i].name, exp_avg_sq_[i]);
  }
  return tensors;
}

}  // namespace llmops::train
