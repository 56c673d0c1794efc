// One checkpoint: trained weights, optimizer and trainer state, written whole or not at all.
#pragma once

#include <filesystem>

#include "train/rollback_point.h"
#include "train/trained_weights.h"
#include "train/trainer_state.h"

namespace llmops::train {

/// Writes the weights, optimizer.safetensors and trainer_state.json into `directory`, which then appears.
/// @param optimizer  its whole state
/// @param rollback   written beside them (rollback.safetensors); empty: none
void save_checkpoint(const std::filesystem::path& directory, TrainedWeights& weights, const NamedTensors& optimizer,
                     const NamedTensors& rollback, const TrainerState& state);

/// Reads weights and the optimizer's state into `weights` and `optimizer`, which have their shapes already; the
/// optimizer may have a part of all tensors.
/// @throws InputError  a damaged checkpoint, or one of another run (check_same_run against `now`)
TrainerState load_checkpoint(const std::filesystem::path& directory, TrainedWeights& weights, Optimizer& optimizer,
                             RollbackPoint* rollback, const TrainerState& now);

}  // namespace llmops::train
