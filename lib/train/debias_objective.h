// Learning answers while an adversary that guesses an attribute from the model's states is left with nothing to tell.
#pragma once

#include <map>

#include "train/adversary.h"
#include "train/objective.h"

namespace llmops::train {

/// Beside the answers the model learns states of which the adversary can say no more than how frequent each group is:
/// the cross entropy of its guesses to these shares (Tzeng and others, 2015, "Simultaneous deep transfer across domains
/// and tasks"), which has a least value; turning round what the adversary gains has none. The loss told is the answers'
/// alone: what the adversary costs is a gradient, and its success stands in the measures.
class DebiasObjective final : public Objective {
 public:
  /// @param adversary  outlives the objective
  /// @param steps      of the whole run
  /// @param majority   the group that most training examples have
  DebiasObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples, Adversary& adversary,
                  std::int64_t steps, std::int32_t majority)
      : Objective(recipe, examples), adversary_(adversary), steps_(steps), majority_(majority) {}

  void begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
             Workers& workers) override;
  ObjectiveLoss loss(const model::Decoder& decoder, const MicroBatch& batch) override;
  /// Brings the window's states together.
  void end(Workers& workers) override;
  /// Has the adversary remember them.
  void accepted() override;

 private:
  void note(const MicroBatch& chosen, const at::Tensor& states);

  Adversary& adversary_;
  std::int64_t steps_;
  std::int32_t majority_;
  double strength_ = 0;                          ///< of the confusion
  double supervised_ = 1, window_examples_ = 1;  ///< of the window: tokens, examples
  std::map<std::uint32_t, std::int64_t> rows_;   ///< of the window's newest examples in what follows
  at::Tensor states_, groups_;                   ///< (E, C) float32, this rank's alone, and (E) int64
};

}  // namespace llmops::train
