// The learning rate over a run, step for step as transformers' schedulers give it.
#pragma once

#include <cstdint>

#include "train/recipe.h"

namespace llmops::train {

class Schedule {
 public:
  /// @param steps  optimizer steps of the run
  Schedule(const FinetuneRecipe& recipe, std::int64_t steps);

  /// Of the step with this index, from 0. Linear warm-up from 0, so that the first step of a run with one changes
  /// nothing.
  double learning_rate(std::int64_t step) const;
  std::int64_t warmup_steps() const { return warmup_; }

 private:
  enum class Shape { kCosine, kLinear, kConstant };
  Shape shape_;
  double peak_;
  double floor_ratio_;
  std::int64_t steps_;
  std::int64_t warmup_;
};

}  // namespace llmops::train
