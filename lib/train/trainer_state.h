// What a checkpoint remembers beside the weights: trainer_state.json under transformers' names, and what resuming
// needs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/json.h"
#include "train/finetune_lora.h"
#include "train/recipe.h"

namespace llmops::train {

struct TrainerState {
  std::int64_t step = 0;  ///< steps done, undone ones too; the sampler and every random stream follow from it
  std::int64_t max_steps = 0;
  double epoch = 0;
  std::int64_t tokens = 0, supervised_tokens = 0;
  double loss_first = 0, loss_last = 0;
  std::optional<double> best_metric;                       ///< of metric_for_best_model
  std::optional<double> best_loss, first_validation_loss;  ///< validation losses: of the best, and of the first
  Measures best_validation_measures, first_validation_measures;
  std::int64_t best_step = 0;  ///< 0: none yet
  int validations_without_gain = 0;

  std::int64_t optimizer_steps = 0;   ///< fewer than `step` once steps were undone
  std::vector<double> recent_losses;  ///< remember_loss()
  std::vector<Rollback> rollbacks;
  std::int64_t rollback_step = 0;             ///< of the state a rollback goes back to
  std::int64_t rollback_optimizer_steps = 0;  ///< its optimizer's steps

  Json log_history = Json::array();

  /// Ranks when the run began: `recipe` holds its gradient_accumulation_steps times these, the micro batches of a step.
  int world_size = 1;

  // What the run was made from; a resumed run must have the same.
  Json recipe = Json::object();
  std::string data_fingerprint, base_fingerprint, tokenizer_fingerprint;

  Json json() const;
};

/// What a checkpoint from before steps could be undone lacks follows from its `global_step`.
/// @throws InputError  missing or malformed keys
TrainerState parse_trainer_state(const Json& json, const std::string& origin);

/// The keys of a recipe that decide what is computed; where files go and how often they are written is left out.
Json training_recipe(const FinetuneRecipe& recipe);

/// @throws InputError  listing what differs: "learning_rate: 0.0002 in the checkpoint, 0.001 now"
void check_same_run(const TrainerState& saved, const TrainerState& now, const std::string& checkpoint);

}  // namespace llmops::train
