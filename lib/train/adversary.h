// The opponent of a debiased model: it guesses an attribute of each example from the model's states, and what it learns
// turned round is what the model unlearns.
#pragma once

#include <ATen/ATen.h>

#include <span>

#include "model/segment.h"
#include "train/debias_recipe.h"
#include "train/trained_weights.h"

namespace llmops::train {

/// Linear from C to G values, or with a ReLU layer between.
class Adversary {
 public:
  /// Weights start as torch's linear layers do, uniform in +-1/sqrt(in). @param width  C
  Adversary(const DebiasRecipe& recipe, std::int64_t width, std::int64_t groups, std::uint64_t seed);

  /// @param states  (E, C) float32 @returns (E, G)
  at::Tensor logits(const at::Tensor& states) const;
  /// "adversary.0.weight" (out, in) and "adversary.0.bias", and of the second layer likewise.
  NamedTensors tensors() const;

 private:
  struct Layer {
    at::Tensor weight, bias;
  };
  std::vector<Layer> layers_;
};

/// @param hidden  (N, C) @returns (E, C) float32, the mean of each segment's states
at::Tensor pooled_states(const at::Tensor& hidden, std::span<const model::Segment> segments);

/// `states`, whose gradient arrives multiplied by -strength (Ganin and Lempitsky, 2015, "Unsupervised domain adaptation
/// by backpropagation").
at::Tensor with_reversed_gradient(const at::Tensor& states, double strength);

/// How much of the weight counts when a share of a run is done: 2 / (1 + exp(-10 share)) - 1, theirs too, so that the
/// adversary can read before the model is pushed by it.
double reversal_ramp(double share);

/// Trains an adversary beside the weights that a run is for. Checkpoints have adversary.safetensors too; what is
/// published has not.
class WeightsBesideAdversary final : public TrainedWeights {
 public:
  /// @param rate_factor  the adversary's learning rate over the run's; `adversary` outlives this
  WeightsBesideAdversary(std::unique_ptr<TrainedWeights> weights, const Adversary& adversary, double rate_factor)
      : weights_(std::move(weights)), adversary_(adversary), rate_factor_(rate_factor) {}

  std::vector<TrainedTensor> tensors() override;
  void save(const std::filesystem::path& directory) override;
  void restore(const std::filesystem::path& directory) override;
  void publish(const std::filesystem::path& checkpoint, const std::filesystem::path& output) override;

 private:
  std::unique_ptr<TrainedWeights> weights_;
  const Adversary& adversary_;
  double rate_factor_;
};

}  // namespace llmops::train
