// Learning rates by step.
#include "train/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace llmops::train {
namespace {

double warmup_steps(const FinetuneRecipe& recipe, const ScheduleRow& row, std::int64_t steps) {
  if (!row.warms_up) return 0;
  if (recipe.warmup_steps >= 0) return recipe.warmup_steps;
  return std::ceil(static_cast<double>(steps) * recipe.warmup_ratio);
}

ScheduleSettings settings_of(const FinetuneRecipe& recipe, const ScheduleRow& row, std::int64_t steps) {
  Json given = standard_values(row.arguments);
  given.update(recipe.lr_scheduler_kwargs);
  ScheduleSettings settings;
  settings.steps = static_cast<double>(steps);
  settings.warmup = warmup_steps(recipe, row, steps);
  settings.cycles = given.value("num_cycles", settings.cycles);
  settings.floor = std::max({recipe.cosine_min_lr_ratio, given.value("min_lr_rate", 0.0),
                             given.value("min_lr_ratio", 0.0), given.value("min_lr", 0.0) / recipe.learning_rate});
  settings.decay = given.value("num_decay_steps", 0.0);
  settings.stable = given.value("num_stable_steps", 0.0);
  if (settings.stable < 0) settings.stable = settings.steps - settings.warmup - settings.decay;
  settings.warmup_type = given.value("warmup_type", settings.warmup_type);
  settings.decay_type = given.value("decay_type", settings.decay_type);
  return settings;
}

/// Of a warm-up that is `progress` over.
double rise(const std::string& type, double progress) {
  if (type == "linear") return progress;
  if (type == "cosine") return 0.5 * (1 - std::cos(std::numbers::pi * progress));
  return 1 - std::sqrt(1 - progress);
}

}  // namespace

Schedule::Schedule(const FinetuneRecipe& recipe, std::int64_t steps)
    : row_(schedule_row(recipe.lr_scheduler)),
      peak_(recipe.learning_rate),
      settings_(settings_of(recipe, row_, steps)) {
  if (settings_.stable < 0) {
    throw InputError(fmt::format("'{}' warms up for {} steps and decays for {}, but the run has {}", row_.name,
                                 settings_.warmup, settings_.decay, steps),
                     "lower 'num_decay_steps' or the warm-up");
  }
}

double Schedule::learning_rate(std::int64_t step) const {
  const auto at = static_cast<double>(step);
  if (at >= settings_.warmup) return peak_ * row_.share(settings_, at);
  const double share = rise(settings_.warmup_type, at / settings_.warmup);
  // Only schedules with phases start from their floor.
  return peak_ * (settings_.decay > 0 ? share * (1 - settings_.floor) + settings_.floor : share);
}

}  // namespace llmops::train
