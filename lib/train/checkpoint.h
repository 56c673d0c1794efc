// One checkpoint: adapter, optimizer and trainer state, written whole or not at all.
#pragma once

#include <filesystem>

#include "model/lora.h"
#include "train/rollback_point.h"
#include "train/trainer_state.h"

namespace llmops::train {

/// Writes the PEFT adapter, optimizer.safetensors and trainer_state.json into `directory`, which then appears.
/// @param rollback  written beside them (rollback.safetensors); null: none
void save_checkpoint(const std::filesystem::path& directory, model::Decoder& decoder, const model::LoraConfig& lora,
                     Optimizer& optimizer, RollbackPoint* rollback, const TrainerState& state);

/// Writes weights and the optimizer's state into `decoder`'s adapters and `optimizer`, which have their shapes already.
/// @throws InputError  a damaged checkpoint, or one of another run (check_same_run against `now`)
TrainerState load_checkpoint(const std::filesystem::path& directory, model::Decoder& decoder, Optimizer& optimizer,
                             RollbackPoint* rollback, const TrainerState& now);

}  // namespace llmops::train
