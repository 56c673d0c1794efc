// What a recipe would do, without doing it: `finetune-lora --dry-run`.
#pragma once

#include <string>
#include <vector>

#include "train/recipe.h"
#include "train/training_data.h"

namespace llmops::train {

/// A sample as text, cut into runs of the same mask.
struct MaskedText {
  struct Run {
    std::string text;
    bool supervised = false;
  };
  std::vector<Run> runs;
};

struct FinetunePreview {
  FinetuneRecipe recipe;
  ExampleCounts train, validation;
  std::string form;  ///< of the data, "chat_template"
  std::int64_t steps = 0;
  std::int64_t warmup_steps = 0;
  std::int64_t tokens = 0;  ///< over all steps
  std::int64_t supervised_tokens = 0;
  double row_fill = 0;  ///< mean share of sequence_len that a row uses
  std::int64_t base_parameters = 0;
  std::int64_t trainable_parameters = 0;
  std::uint64_t memory_bytes = 0;   ///< estimate of the peak
  std::uint64_t engine_bytes = 0;   ///< of it, for a second copy of the model, in the engine
  std::optional<double> seconds;    ///< estimate of training alone, with nothing else running; of a GPU none
  std::vector<MaskedText> samples;  ///< the first two examples of the first forward

  /// Of so many seconds, where the recipe has prices.
  Bill estimated_bill() const { return seconds ? make_bill(recipe.costs, *seconds, std::nullopt) : Bill{}; }
  Json json() const;
  /// @param colour  supervised text is green, else it stands in [[brackets]]
  std::string text(bool colour) const;
};

/// Reads data, tokenizer and config.json, not the weights. @throws  what finetune_lora() throws for them
FinetunePreview preview_finetune(const FinetuneRecipe& recipe);

}  // namespace llmops::train
