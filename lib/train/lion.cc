// Lion.
#include "train/lion.h"

namespace llmops::train {

Lion::Lion(std::vector<TrainedTensor> tensors, LionOptions options) : Optimizer(std::move(tensors)), options_(options) {
  for (const TrainedTensor& trained : tensors_) exp_avg_.push_back(at::zeros_like(trained.tensor));
}

void Lion::update(std::size_t index, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate) {
  if (options_.weight_decay > 0) tensor.mul_(1 - learning_rate * options_.weight_decay);
  tensor.add_(at::lerp(exp_avg_[index], gradient, 1 - options_.beta1).sign_(), -learning_rate);
  exp_avg_[index].lerp_(gradient, 1 - options_.beta2);
}

NamedTensors Lion::state() {
  NamedTensors tensors;
  for (std::size_t i = 0; i < tensors_.size(); ++i) tensors.emplace_back("exp_avg." + tensors_[i].name, exp_avg_[i]);
  return tensors;
}

}  // namespace llmops::train
