// AdamW.
#include "train/adamw.h"

#include <ATen/core/grad_mode.h>

#include <cmath>

namespace llmops::train {

AdamW::AdamW(NamedTensors parameters, AdamWOptions options) : parameters_(std::move(parameters)), options_(options) {
  for (const auto& [name, parameter] : parameters_) {
    exp_avg_.push_back(at::zeros_like(parameter));
    exp_avg_sq_.push_back(at::zeros_like(parameter));
  }
}

void AdamW::zero_grad() {
  for (auto& [name, parameter] : parameters_) parameter.mutable_grad().reset();
}

double AdamW::clip(double max_norm) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> norms;
  for (const auto& [name, parameter] : parameters_) {
    if (parameter.grad().defined()) norms.push_back(at::linalg_vector_norm(parameter.grad()));
  }
  if (norms.empty()) return 0;
  const double norm = at::linalg_vector_norm(at::stack(norms)).item<double>();
  if (max_norm > 0 && norm > max_norm) {
    for (auto& [name, parameter] : parameters_) {
      if (parameter.grad().defined()) parameter.mutable_grad().mul_(max_norm / (norm + 1e-6));
    }
  }
  return norm;
}

void AdamW::step(double learning_rate) {
  const at::NoGradGuard no_grad;
  ++steps_;
  const auto t = static_cast<double>(steps_);
  const double correction1 = 1 - std::pow(options_.beta1, t);
  const double root_correction2 = std::sqrt(1 - std::pow(options_.beta2, t));
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    at::Tensor& parameter = parameters_[i].second;
    const at::Tensor& gradient = parameter.grad();
    if (!gradient.defined()) continue;
    if (options_.weight_decay > 0) parameter.mul_(1 - learning_rate * options_.weight_decay);
    exp_avg_[i].lerp_(gradient, 1 - options_.beta1);
    exp_avg_sq_[i].mul_(options_.beta2).addcmul_(gradient, gradient, 1 - options_.beta2);
    const at::Tensor denominator = exp_avg_sq_[i].sqrt().div_(root_correction2).add_(options_.epsilon);
    parameter.addcdiv_(exp_avg_[i], denominator, -learning_rate / correction1);
  }
}

AdamW::NamedTensors AdamW::state() {
  NamedTensors tensors;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    tensors.emplace_back("exp_avg." + parameters_[i].first, exp_avg_[i]);
    tensors.emplace_back("exp_avg_sq." + parameters_[i].first, exp_avg_sq_[i]);
  }
  return tensors;
}

}  // namespace llmops::train
