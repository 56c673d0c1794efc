// The opponent of a debiased model: it guesses an attribute of each example from the model's states, as well as can be
// guessed, so that the model unlearns whatever it finds.
#pragma once

#include <ATen/ATen.h>

#include <optional>
#include <span>

#include "model/segment.h"
#include "train/debias_recipe.h"
#include "train/logistic_regression.h"
#include "train/trained_weights.h"

namespace llmops::train {

/// Linear from C to G values. One that learnt by small steps would be outrun by the model; so each step it is fit anew,
/// to its minimum, to the states of the newest examples. Where these are few of all examples, it has not seen those
/// that it guesses next, and finds what holds for unseen ones too.
class Adversary {
 public:
  /// @param width  C
  Adversary(const DebiasRecipe& recipe, std::int64_t width, std::int64_t groups);

  /// Learns anew from all it remembers.
  void refit();
  /// @param states  (E, C) @returns (E, G) float64, 0 until it remembers something
  at::Tensor logits(const at::Tensor& states) const;
  /// What is left to it where nothing can be read: each group's share of what it remembers. @returns (G) float64
  at::Tensor shares() const;
  /// In place of the oldest.
  /// @param states  (E, C), no more than the memory has rows @param groups  (E) int64
  void remember(const at::Tensor& states, const at::Tensor& groups);
  /// "adversary.states" (M, C) and "adversary.groups" (M, G), one-hot; rows not yet used are 0, and come first.
  NamedTensors memory() const;

 private:
  at::Tensor states_, groups_;
  double penalty_;
  std::optional<LogisticRegression> fit_;
};

/// @param hidden  (N, C) @returns (E, C) float32 in main memory, the mean of each segment's states
at::Tensor pooled_states(const at::Tensor& hidden, std::span<const model::Segment> segments);

/// How much of the weight counts when a share of a run is done: 2 / (1 + exp(-10 share)) - 1, so that the adversary has
/// read something before it pushes the model (Ganin and Lempitsky, 2015, "Unsupervised domain adaptation by
/// backpropagation").
double confusion_ramp(double share);

/// Keeps an adversary's memory beside the weights that a run is for. Checkpoints have adversary.safetensors too; what
/// is published has not.
class WeightsBesideAdversary final : public TrainedWeights {
 public:
  /// @param adversary  outlives this
  WeightsBesideAdversary(std::unique_ptr<TrainedWeights> weights, const Adversary& adversary)
      : weights_(std::move(weights)), adversary_(adversary) {}

  std::vector<TrainedTensor> tensors() override { return weights_->tensors(); }
  void save(const std::filesystem::path& directory) override;
  void restore(const std::filesystem::path& directory) override;
  void publish(const std::filesystem::path& checkpoint, const std::filesystem::path& output) override;

 private:
  std::unique_ptr<TrainedWeights> weights_;
  const Adversary& adversary_;
};

}  // namespace llmops::train
