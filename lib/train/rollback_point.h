// The newest state of a run that is known to be good, to go back to when a step goes wrong.
#pragma once

#include "train/optimizer.h"
#include "train/trainer_state.h"

namespace llmops::train {

/// That is the state before the newest change: the loss of that step was good, and the next one tells about the change.
/// Kept in memory, so that going back reads no disk and loses one
/// step. Checkpoints hold a copy (rollback.safetensors), or a run that was killed could not go back to where one never
/// killed does.
class RollbackPoint {
 public:
  /// @param weights  that are trained
  RollbackPoint(NamedTensors weights, Optimizer& optimizer);

  /// To be called when a loss has shown the weights to be good, before they are changed.
  void keep(TrainerState& state);
  /// Puts weights and moments back.
  void restore(const TrainerState& state);
  /// The copies, to be written and read. Made by the first call of this or of keep().
  const NamedTensors& copies();
  /// The last of them, which are the optimizer's state.
  std::ptrdiff_t state_count() const { return state_count_; }

 private:
  void copy();
  NamedTensors live_, copies_;  ///< in the same order
  std::ptrdiff_t state_count_ = 0;
  Optimizer& optimizer_;
};

}  // namespace llmops::train
