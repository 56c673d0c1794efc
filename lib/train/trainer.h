// The training loop, from the first step (or a checkpoint's) to the last.
#pragma once

#include <chrono>
#include <optional>

#include "train/checkpoint_folder.h"
#include "train/epoch_plan.h"
#include "train/finetune_lora.h"
#include "train/objective.h"
#include "train/optimizer.h"
#include "train/rollback_point.h"
#include "train/schedule.h"
#include "train/shared_gradients.h"
#include "train/trained_weights.h"
#include "train/trainer_state.h"
#include "train/training_data.h"
#include "train/validation.h"

namespace llmops::train {

class Trainer {
 public:
  /// @param weights  of `decoder`
  /// @param companions  what make_objective() takes
  /// @param state    fingerprints and recipe filled in, step 0
  /// @param workers  of which every one makes the same calls; rank 0 writes
  Trainer(const FinetuneRecipe& recipe, const FinetuneHooks& hooks, model::Decoder& decoder, TrainedWeights& weights,
          const TrainingData& data, const Companions& companions, TrainerState state, Workers& workers);

  /// Goes on from a checkpoint. @throws InputError
  void resume(const std::filesystem::path& checkpoint);
  /// Runs all steps left up to stop_at_step; leaves the best checkpoint in the folder.
  /// @throws InputError  a loss or gradient that is not finite, or a spike, once all rollbacks are used up, naming the
  ///                     step; Interrupted  after saving a checkpoint; WorkerLost  likewise where rank 0 has all
  ///                     that belongs into one
  void run();

  const TrainerState& state() const { return state_; }
  std::int64_t trainable_parameters() const;
  double tokens_per_s() const;
  bool stopped_early() const { return stopped_early_; }

 private:
  void step(const PlannedStep& planned);
  /// Of a step whose loss is good. @returns the learning rate used
  double change_weights(double loss);
  /// @param step  whose data is left out. @throws InputError  once all rollbacks are used up
  void roll_back(const std::string& problem, std::int64_t step);
  double accumulate(const PlannedStep& planned, Measures& measures);
  /// With the figures of eval tasks, the same on every rank where the best checkpoint is chosen by one of them.
  Validation measure();
  void append_task_measures(Measures& measures);
  /// The value by which checkpoints are compared. @throws InputError  it was not measured
  double metric_of(const Validation& validation) const;
  void after_step(const PlannedStep& planned);
  void validate_at_start();
  void validate_if_due(const PlannedStep& planned);
  bool save_is_due(const PlannedStep& planned, bool validated) const;
  void record(const StepLog& log);
  void report_progress(const StepLog& log);
  void save();
  void save_interrupted();
  [[noreturn]] void leave(const WorkerLost& error);
  void write_checkpoint(const NamedTensors& optimizer, const NamedTensors& rollback);

  const FinetuneRecipe& recipe_;
  const FinetuneHooks& hooks_;
  model::Decoder& decoder_;
  TrainedWeights& weights_;
  const TrainingData& data_;
  TrainerState state_;
  Workers& workers_;
  CheckpointFolder folder_;
  std::vector<PlannedStep> plan_;
  Schedule schedule_;
  SharedGradients gradients_;
  std::unique_ptr<Optimizer> optimizer_;     ///< of the tensors that this rank owns
  std::unique_ptr<RollbackPoint> rollback_;  ///< null where max_rollbacks is 0
  std::unique_ptr<Objective> objective_, validation_objective_;
  std::int64_t last_step_ = 0;  ///< of this process: the plan's end, or stop_at_step
  StepLog log_;
  std::int64_t saved_step_ = -1;
  std::int64_t planned_tokens_ = 0;             ///< of the steps done by this process, as the data has them
  std::int64_t trained_tokens_ = 0;             ///< by this process
  double training_seconds_ = 0;                 ///< of this process, validation and saving apart
  std::optional<double> last_validation_loss_;  ///< of this process
  bool improved_ = false;                       ///< at the newest validation
  bool stopped_early_ = false;
  bool in_step_ = false;  ///< then state_ is that of the step before, and the weights too
};

}  // namespace llmops::train
