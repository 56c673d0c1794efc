#include "train/adversary.h"

#include <ATen/core/grad_mode.h>

#include <cmath>

#include "train/tensor_files.h"

namespace llmops::train {

Adversary::Adversary(const DebiasRecipe& recipe, std::int64_t width, std::int64_t groups)
    : states_(at::zeros({recipe.memory, width})),
      groups_(at::zeros({recipe.memory, groups})),
      penalty_(recipe.penalty) {}

void Adversary::refit() {
  const at::NoGradGuard no_grad;
  const auto used = static_cast<std::int64_t>(groups_.sum().item<double>());
  if (used == 0) return;
  const std::int64_t rows = states_.size(0);
  fit_ = fit_logistic_regression(states_.narrow(0, rows - used, used), groups_.narrow(0, rows - used, used), penalty_);
}

at::Tensor Adversary::logits(const at::Tensor& states) const {
  if (fit_) return fit_->scores(states);
  return at::zeros({states.size(0), groups_.size(1)}, at::kDouble);
}

at::Tensor Adversary::shares() const {
  const at::Tensor counts = groups_.sum(0, /*keepdim=*/false, at::kDouble);
  return counts / counts.sum().clamp_min(1);
}

void Adversary::remember(const at::Tensor& states, const at::Tensor& groups) {
  const auto push = [&](const at::Tensor& memory, const at::Tensor& newest) {
    const std::int64_t kept = memory.size(0) - newest.size(0);
    memory.copy_(at::cat({memory.narrow(0, newest.size(0), kept), newest}));
  };
  push(states_, states);
  push(groups_, at::one_hot(groups, groups_.size(1)).to(at::kFloat));
}

NamedTensors Adversary::memory() const { return {{"adversary.groups", groups_}, {"adversary.states", states_}}; }

at::Tensor pooled_states(const at::Tensor& hidden, std::span<const model::Segment> segments) {
  std::vector<at::Tensor> means;
  means.reserve(segments.size());
  for (const model::Segment& segment : segments) {
    means.push_back(hidden.narrow(0, segment.begin, segment.length).to(at::kFloat).mean(0));
  }
  return at::stack(means).cpu();
}

double confusion_ramp(double share) { return 2 / (1 + std::exp(-10 * share)) - 1; }

void WeightsBesideAdversary::save(const std::filesystem::path& directory) {
  weights_->save(directory);
  write_tensors(directory, "adversary", adversary_.memory());
}

void WeightsBesideAdversary::restore(const std::filesystem::path& directory) {
  weights_->restore(directory);
  read_tensors(directory / "adversary.safetensors", adversary_.memory());
}

void WeightsBesideAdversary::publish(const std::filesystem::path& checkpoint, const std::filesystem::path& output) {
  weights_->publish(checkpoint, output);
}

}  // namespace llmops::train
