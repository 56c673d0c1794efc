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
#include "train/training_data.h"
#include "train/workers.h"

namespace llmops::train {

/// A micro batch's share of a window's loss: the shares of a window add up to its mean.
struct ObjectiveLoss {
  at::Tensor loss;
  Measures measures;  ///< shares likewise
};

/// What the model is put to in a window, and what of it is learnt.
struct WindowTokens {
  std::int64_t all = 0, supervised = 0;
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
  /// After the last micro batch of a step, on all ranks; not when validating.
  virtual void end(Workers&) {}
  /// The weights have been changed by the window that ended last; one that is rolled back is not told.
  virtual void accepted() {}
  /// Of the window begun last.
  virtual WindowTokens tokens(std::span<const MicroBatch> window) const {
    return {batch_tokens(examples_, window), supervised_tokens(examples_, window)};
  }

 protected:
  const FinetuneRecipe& recipe_;
  const std::vector<Example>& examples_;
};

class Adversary;

/// What stands beside the model that is trained; null where the recipe needs none.
struct Companions {
  const model::Decoder* frozen = nullptr;  ///< the teacher with recipe.distillation, unless it is offline; the model
                                           ///< before training with recipe.grpo and a beta
  Adversary* adversary = nullptr;          ///< with recipe.debias
};

/// @param data       with what its preparation has filled in; like the companions it outlives the objective
/// @param weights    that are trained
/// @param steps      of the whole run
/// @param validates  whether the objective is of data.validation
std::unique_ptr<Objective> make_objective(const FinetuneRecipe& recipe, const TrainingData& data,
                                          const Companions& companions, TrainedWeights& weights, std::int64_t steps,
                                          bool validates);

}  // namespace llmops::train
