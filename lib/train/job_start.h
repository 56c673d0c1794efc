// What the ranks of a job agree on before the first step: where to start, and that all train the same.
#pragma once

#include <filesystem>
#include <optional>

#include "train/checkpoint_folder.h"
#include "train/trainer_state.h"
#include "train/workers.h"

namespace llmops::train {

struct JobStart {
  std::optional<std::filesystem::path> checkpoint;  ///< to go on from; none starts afresh, in an empty folder
  int micro_batches = 1;                            ///< of a step, of the whole job
  int world_size = 1;                               ///< ranks that the run began with
};

/// Rank 0 looks at the folders and tells the others. A step has as many micro batches as it had when the run began, or
/// another world size would walk through other data; where the recipe's number has changed, that is told as another
/// run. A job that its launcher started again goes on by itself.
/// @throws UsageError  output_dir holds something else, or an unfinished run that is not resumed
JobStart start_job(Workers& workers, const Launch& launch, const FinetuneRecipe& recipe,
                   const CheckpointFolder& folder);

/// @throws InputError  on every rank, naming one that has another recipe, other data or another model than rank 0
void check_same_on_all_ranks(Workers& workers, const TrainerState& state);

}  // namespace llmops::train
