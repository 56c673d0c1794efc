#include "train/adversary.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "train/tensor_files.h"

namespace llmops::train {
namespace {

struct ReversedGradient : torch::autograd::Function<ReversedGradient> {
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, const at::Tensor& states, double strength) {
    ctx->saved_data["strength"] = strength;
    return states.view_as(states);
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    return {grads[0] * -ctx->saved_data["strength"].toDouble(), at::Tensor()};
  }
};

}  // namespace

Adversary::Adversary(const DebiasRecipe& recipe, std::int64_t width, std::int64_t groups, std::uint64_t seed) {
  const at::Generator random = at::detail::createCPUGenerator(seed);
  std::vector<std::int64_t> sizes = {width, groups};
  if (recipe.hidden > 0) sizes.insert(sizes.begin() + 1, recipe.hidden);
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    const double bound = 1 / std::sqrt(static_cast<double>(sizes[i]));
    const auto fresh = [&](at::IntArrayRef shape) {
      return at::empty(shape, at::kFloat).uniform_(-bound, bound, random).requires_grad_(true);
    };
    const at::Tensor weight = fresh({sizes[i + 1], sizes[i]});
    layers_.push_back({weight, fresh({sizes[i + 1]})});
  }
}

at::Tensor Adversary::logits(const at::Tensor& states) const {
  at::Tensor x = at::linear(states, layers_[0].weight, layers_[0].bias);
  for (std::size_t i = 1; i < layers_.size(); ++i) x = at::linear(at::relu(x), layers_[i].weight, layers_[i].bias);
  return x;
}

NamedTensors Adversary::tensors() const {
  NamedTensors found;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    found.emplace_back(fmt::format("adversary.{}.bias", i), layers_[i].bias);
    found.emplace_back(fmt::format("adversary.{}.weight", i), layers_[i].weight);
  }
  return found;
}

at::Tensor pooled_states(const at::Tensor& hidden, std::span<const model::Segment> segments) {
  std::vector<at::Tensor> means;
  means.reserve(segments.size());
  for (const model::Segment& segment : segments) {
    means.push_back(hidden.narrow(0, segment.begin, segment.length).to(at::kFloat).mean(0));
  }
  return at::stack(means);
}

at::Tensor with_reversed_gradient(const at::Tensor& states, double strength) {
  return ReversedGradient::apply(states, strength);
}

double reversal_ramp(double share) { return 2 / (1 + std::exp(-10 * share)) - 1; }

std::vector<TrainedTensor> WeightsBesideAdversary::tensors() {
  std::vector<TrainedTensor> all = weights_->tensors();
  for (const auto& [name, tensor] : adversary_.tensors()) {
    all.push_back({name, tensor, rate_factor_, /*decays=*/false, /*beside=*/true});
  }
  std::sort(all.begin(), all.end(), [](const TrainedTensor& a, const TrainedTensor& b) { return a.name < b.name; });
  return all;
}

void WeightsBesideAdversary::save(const std::filesystem::path& directory) {
  weights_->save(directory);
  write_tensors(directory, "adversary", adversary_.tensors());
}

void WeightsBesideAdversary::restore(const std::filesystem::path& directory) {
  weights_->restore(directory);
  read_tensors(directory / "adversary.safetensors", adversary_.tensors());
}

void WeightsBesideAdversary::publish(const std::filesystem::path& checkpoint, const std::filesystem::path& output) {
  weights_->publish(checkpoint, output);
}

}  // namespace llmops::train
