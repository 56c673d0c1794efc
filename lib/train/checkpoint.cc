// Writes and reads checkpoints.
#include "train/checkpoint.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "train/tensor_files.h"

namespace llmops::train {

void save_checkpoint(const fs::path& directory, TrainedWeights& weights, const NamedTensors& optimizer,
                     const NamedTensors& rollback, const TrainerState& state) {
  fs::create_directories(directory.parent_path());
  AtomicDirectory target(directory, /*replace=*/true);
  weights.save(target.path());
  write_tensors(target.path(), "optimizer", optimizer);
  if (!rollback.empty()) write_tensors(target.path(), "rollback", rollback);
  write_file_atomic(target.path() / "trainer_state.json", dump_json_pretty(state.json()));
  target.commit();
}

TrainerState load_checkpoint(const fs::path& directory, TrainedWeights& weights, Optimizer& optimizer,
                             RollbackPoint* rollback, const TrainerState& now) {
  const fs::path state_path = directory / "trainer_state.json";
  if (!fs::exists(state_path)) {
    throw NotFoundError(fmt::format("'{}' is not a checkpoint: it has no trainer_state.json", directory.string()),
                        "--resume takes the newest one of the recipe's 'output_dir'");
  }
  TrainerState state = parse_trainer_state(read_json_file(state_path), state_path.string());
  check_same_run(state, now, directory.string());
  weights.restore(directory);
  read_tensors(directory / "optimizer.safetensors", optimizer.state());
  optimizer.set_steps(state.optimizer_steps);
  const fs::path rollback_path = directory / "rollback.safetensors";
  if (rollback != nullptr && fs::exists(rollback_path)) read_tensors(rollback_path, rollback->copies());
  return state;
}

}  // namespace llmops::train
