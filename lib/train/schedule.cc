// Learning-rate schedules.
#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace llmops::train {

Schedule::Schedule(const FinetuneRecipe& recipe, std::int64_t steps)
    : shape_(recipe.lr_scheduler == "linear"     ? Shape::kLinear
             : recipe.lr_scheduler == "constant" ? Shape::kConstant
                                                 : Shape::kCosine),
      peak_(recipe.learning_rate),
      floor_ratio_(recipe.cosine_min_lr_ratio),
      steps_(steps),
      warmup_(recipe.warmup_steps >= 0
                  ? recipe.warmup_steps
                  : static_cast<std::int64_t>(std::ceil(static_cast<double>(steps) * recipe.warmup_ratio))) {}

double Schedule::learning_rate(std::int64_t step) const {
  if (step < warmup_)
    return peak_ * static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(1, warmup_));
  const auto decay_steps = static_cast<double>(std::max<std::int64_t>(1, steps_ - warmup_));
  if (shape_ == Shape::kLinear) return peak_ * std::max(0.0, static_cast<double>(steps_ - step) / decay_steps);
  if (shape_ == Shape::kConstant) return peak_;
  const double progress = static_cast<double>(step - warmup_) / decay_steps;
  const double cosine = std::max(0.0, 0.5 * (1 + std::cos(std::numbers::pi * progress)));
  return peak_ * (cosine * (1 - floor_ratio_) + floor_ratio_);
}

}  // namespace llmops::train
