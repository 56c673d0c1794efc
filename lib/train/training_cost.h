// What a run needs of the machine, worked out from its recipe and plan before it starts.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model_config.h"
#include "train/epoch_plan.h"
#include "train/recipe.h"

namespace llmops::train {

struct TrainingCost {
  std::int64_t trainable_parameters = 0;
  std::uint64_t engine_bytes =
      0;  ///< of memory_bytes: the base once more, in the engine that draws or measures answers
  std::uint64_t memory_bytes = 0;  ///< peak resident memory; within a quarter of what SmolLM2-135M was measured to need
  double multiply_adds = 0;        ///< of all steps, forward and backward; validation apart
};

/// @param plan  of `examples`, at least one step
TrainingCost training_cost(const model::ModelConfig& config, const FinetuneRecipe& recipe,
                           const std::vector<Example>& examples, const std::vector<PlannedStep>& plan);

/// About how long training takes where float32 runs at `gmac_s` * 10^9 multiply-adds a second at most and nothing else
/// runs.
double training_seconds(const TrainingCost& cost, double gmac_s);

}  // namespace llmops::train
