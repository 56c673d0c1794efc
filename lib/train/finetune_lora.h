// LoRA finetuning: recipe and data in, PEFT adapter out. Free of libtorch types, so that the binary can call it.
#pragma once

#include <functional>

#include "core/progress.h"
#include "train/recipe.h"

namespace llmops::train {

/// One optimizer step, as logged.
struct StepLog {
  std::int64_t step = 0;              ///< from 1
  double loss = 0;                    ///< mean over the supervised tokens of the window, nats
  double learning_rate = 0;
  double grad_norm = 0;               ///< before clipping
  std::int64_t tokens = 0;            ///< so far
  std::int64_t supervised_tokens = 0; ///< so far
  double tokens_per_s = 0;
  std::optional<double> validation_loss;
  Json json() const;
};

struct FinetuneHooks {
  Progress* progress = nullptr;
  std::function<void(const StepLog&)> on_step;
};

struct FinetuneReport {
  std::string adapter;                ///< folder written (the best checkpoint by validation loss)
  std::int64_t steps = 0, best_step = 0;
  std::int64_t tokens = 0, supervised_tokens = 0;
  std::int64_t trainable_parameters = 0;
  double tok_s = 0;                   ///< training tokens over training time
  double loss_first = 0, loss_last = 0;
  std::optional<double> val_loss_first, val_loss_best;
  std::uint64_t peak_rss_bytes = 0;
  double wall_s = 0;
  bool resumed = false;
  Json json() const;
};

/// @throws InputError  zero usable examples, zero supervised tokens, data that does not fit the recipe
FinetuneReport finetune_lora(const FinetuneRecipe& recipe, const FinetuneHooks& hooks);

/// Writes base + adapter, merged in float32, as a Hugging Face folder.
struct MergeReport {
  std::string output;
  double max_logit_difference = 0;    ///< merged against unmerged on a probe text
  Json json() const;
};
MergeReport merge_adapter(const std::string& model, const std::string& adapter, const std::string& output,
                          const std::string& dtype);

}  // namespace llmops::train
