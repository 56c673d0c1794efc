// LoRA finetuning: recipe and data in, PEFT adapter out. Free of libtorch types, so that the binary can call it.
#pragma once

#include <functional>
#include <optional>

#include "core/progress.h"
#include "train/launch.h"
#include "train/measures.h"
#include "train/probe_report.h"
#include "train/recipe.h"

namespace llmops::train {

/// A step that went wrong and was undone.
struct Rollback {
  std::int64_t step = 0;     ///< whose data was left out
  std::int64_t to_step = 0;  ///< whose weights the run went on with
  std::string reason;        ///< "the loss is not finite"
  Json json() const;
};
Json rollbacks_json(const std::vector<Rollback>& rollbacks);

/// One optimizer step, as logged.
struct StepLog {
  std::int64_t step = 0;  ///< from 1
  double epoch = 0;       ///< epochs done, with their fraction
  double loss = 0;        ///< the objective's mean over the window: over its supervised tokens, or pairs of answers
  double learning_rate = 0;
  double grad_norm = 0;                ///< before clipping
  std::int64_t tokens = 0;             ///< so far
  std::int64_t supervised_tokens = 0;  ///< so far
  double tokens_per_s = 0;
  Measures measures;  ///< of the objective, over the window
  std::optional<double> validation_loss;
  Measures validation_measures;
  std::optional<Rollback> rollback;  ///< then the learning rate is 0
  Json json() const;
  /// What trainer_state.json keeps of it, under transformers' names.
  Json history() const;
  /// What it keeps of a validation, which there was.
  Json validation_history() const;
  /// For the registry: "loss", "learning_rate", "grad_norm", "tok_s", "val_loss", and measures likewise; of an undone
  /// step "rollback_to" (a step) alone.
  std::vector<std::pair<std::string, double>> metrics() const;
};

struct FinetuneHooks {
  Progress* progress = nullptr;
  std::function<void(const StepLog&)> on_step;  ///< every logging_steps, and with every validation
  /// The figures of eval_tasks, "TASK/METRIC", of a folder with what is trained so far as it would be written in the
  /// end. Asked on rank 0 alone, with each validation; null without tasks.
  std::function<Measures(const std::filesystem::path& output)> measure_tasks;
  Launch launch;            ///< this process's place in its job
  std::string base_sha256;  ///< of the base model's folder, kept beside the adapter; "" unknown
};

struct FinetuneReport {
  std::string output;       ///< folder written (the best checkpoint by metric_for_best_model)
  std::string output_kind;  ///< "adapter" or "model"
  std::int64_t steps = 0, best_step = 0;
  std::int64_t examples = 0;          ///< trained on
  std::int64_t examples_cut = 0;      ///< of them longer than sequence_len
  std::int64_t examples_dropped = 0;  ///< nothing supervised was left
  std::int64_t validation_examples = 0;
  std::int64_t tokens = 0, supervised_tokens = 0;
  std::int64_t trainable_parameters = 0;
  double tok_s = 0;  ///< training tokens over training time
  double loss_first = 0, loss_last = 0;
  std::optional<double> val_loss_first, val_loss_best;  ///< of the first validation, and of the best one
  std::string metric_for_best_model;
  std::optional<double> best_metric;
  Measures val_measures_first, val_measures_best;
  std::optional<ProbeReport> probe_before, probe_after;  ///< with recipe.debias
  std::vector<Rollback> rollbacks;
  std::uint64_t peak_rss_bytes = 0;
  std::uint64_t peak_device_bytes = 0;  ///< of tensors on a GPU; 0 in main memory
  double wall_s = 0;
  bool resumed = false;
  bool stopped_early = false;
  Json json() const;
};

/// Checkpoints lie in OUTPUT_DIR.checkpoints/checkpoint-STEP; docs/formats/checkpoint.md. When cancelled it saves one,
/// says how to go on, and throws Interrupted.
/// @throws InputError  zero usable examples, zero supervised tokens, data that does not fit the recipe, more steps gone
///                     wrong than max_rollbacks, a checkpoint of another recipe or of other data
/// @throws UsageError  output_dir holds something else than an adapter, or an unfinished run that is not resumed
FinetuneReport finetune_lora(const FinetuneRecipe& recipe, const FinetuneHooks& hooks);

}  // namespace llmops::train
