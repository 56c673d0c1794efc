// Lion.
#include "train/lion.h"

namespace llmops::train {

Lion::Lion(std::vector<TrainedTensor> tensors, double weight_decay, LionOptions options)
    : Optimizer(std::move(tensors), weight_decay), options_(options) {
  for (const TrainedTensor& trained : tensors_) exp_avg_.push_back(at::zeros_like(trained.tensor));
}

void Lion::update(std::size_t index, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate) {
  if (const double kept = kept_share(index, learning_rate); kept != 1) tensor.mul_(kept);
  tensor.add_(at::lerp(exp_avg_[index], gradient, 1 - options_.beta1).sign_(), -learning_rate);
  exp_avg_[index].lerp_(gradient, 1 - options_.beta2);
}

NamedTensors Lion::state() {
  NamedTensors tensors;
  for (std::size_t i = 0; i < tensors_.size(); ++i) tensors.emplace_back("exp_avg." + tensors_[i].name, exp_avg_[i]);
  return tensors;
}

}  // namespace llmops::train
