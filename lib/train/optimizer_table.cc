// The table of optimizers.
#include "train/optimizer_table.h"

#include <algorithm>

#include "core/error.h"

namespace llmops::train {
namespace {

/// Shorter tensors keep moments in float32: their memory is nothing, and few numbers share a scale badly.
const std::vector<KeywordArgument> kAdamW8bitArguments = {{"min_8bit_size", 4096}};

/// Names and values of transformers' Adafactor; both switches are off, as its Trainer sets them, so that the schedule
/// counts. beta1 0 keeps no first moment.
const std::vector<KeywordArgument> kAdafactorArguments = {{"eps1", 1e-30},
                                                          {"eps2", 1e-3},
                                                          {"clip_threshold", 1.0, 1e-6},
                                                          {"decay_rate", -0.8, -10, 0},
                                                          {"beta1", 0.0, 0, 0.9999},
                                                          {"scale_parameter", false},
                                                          {"relative_step", false},
                                                          {"warmup_init", false}};

}  // namespace

const std::vector<OptimizerRow>& optimizer_rows() {
  static const std::vector<OptimizerRow> rows = {
      {{"adamw_torch", "adamw_torch_fused", "adamw"}, UpdateRule::kAdamW, 0.999, 8, {}},
      {{"adamw_8bit", "adamw_bnb_8bit"}, UpdateRule::kAdamW8bit, 0.999, 2, kAdamW8bitArguments},
      {{"adafactor"}, UpdateRule::kAdafactor, 0.999, 0.1, kAdafactorArguments},
      {{"lion", "lion_32bit", "lion_pytorch"}, UpdateRule::kLion, 0.99, 4, {}},
  };
  return rows;
}

std::vector<std::string> optimizer_names() {
  std::vector<std::string> names;
  for (const OptimizerRow& row : optimizer_rows()) names.insert(names.end(), row.names.begin(), row.names.end());
  return names;
}

const OptimizerRow& optimizer_row(const std::string& name) {
  const auto& rows = optimizer_rows();
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const OptimizerRow& row) {
    return std::find(row.names.begin(), row.names.end(), name) != row.names.end();
  });
  if (found == rows.end()) throw InputError("unknown optimizer '" + name + "'");
  return *found;
}

}  // namespace llmops::train
