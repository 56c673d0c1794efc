// The optimizers a recipe may name, each with the settings it takes.
#pragma once

#include <string>
#include <vector>

#include "train/keyword_arguments.h"

namespace llmops::train {

enum class UpdateRule { kAdamW, kAdamW8bit, kAdafactor, kLion };

struct OptimizerRow {
  std::vector<std::string> names;  ///< of `optimizer:`, axolotl's and transformers' among them
  UpdateRule rule;
  double beta2;                            ///< where the recipe has no adam_beta2
  double state_bytes;                      ///< for each trained number, about; for the estimate of memory
  std::vector<KeywordArgument> arguments;  ///< of `optim_args`
};

const std::vector<OptimizerRow>& optimizer_rows();
std::vector<std::string> optimizer_names();
/// @param name  one of optimizer_names()
const OptimizerRow& optimizer_row(const std::string& name);

}  // namespace llmops::train
