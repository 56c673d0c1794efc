// What training minimises.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "model/decoder.h"
#include "train/epoch_plan.h"
#include "train/measures.h"
#include "train/recipe.h"
#include "train/trained_weights.h"
#include "train/workers.h"

namespace llmops::train {

/// A micro batch's share of a window's loss: the shares of a window add up to its mean.
struct ObjectiveLoss {
  at::Tensor loss;
  Measures measures;  ///< shares likewise
};

class Objective {
 public:
  /// @param examples  outlive the objective
  Objective(const FinetuneRecipe& recipe, const std::vector<Example>& examples)
      : recipe_(recipe), examples_(examples) {}
  virtual ~Objective() = default;
  /// Micro batches that are averaged over: those of one step, or all that validate.
  /// All ranks of a job are given the whole window. @param step  steps done, by which random numbers are drawn
  virtual void begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
                     Workers& workers) = 0;
  /// @param batch  one of the window's, of which a rank takes its share in order
  virtual ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) = 0;

 protected:
  const FinetuneRecipe& recipe_;
  const std::vector<Example>& examples_;
};

/// @param examples   in units of recipe.preference.examples_per_unit(); outlive the objective
/// @param reference  log-probability of each example's answer before training; empty where none is needed
/// @param frozen     the teacher with recipe.distillation; the model before training with recipe.grpo and a beta
/// @param weights    that are trained
/// @param validates  with recipe.grpo: whether answers are drawn to validate or to learn from
std::unique_ptr<Objective> make_objective(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                                          const std::vector<float>& reference, const model::Decoder* frozen,
                                          TrainedWeights& weights, bool validates);

}  // namespace llmops::train
