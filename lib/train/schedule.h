// The learning rate over a run, step for step as transformers' schedulers give it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/keyword_arguments.h"
#include "train/recipe.h"

namespace llmops::train {

/// What the shapes of schedules depend on.
struct ScheduleSettings {
  double steps = 0;              ///< of the run
  double warmup = 0;             ///< of them, at its start
  double floor = 0;              ///< lowest rate, as a share of the peak
  double cycles = 0.5;           ///< waves of a cosine
  double stable = 0, decay = 0;  ///< steps at the peak and of the way down, where the shape has such phases
  std::string warmup_type = "linear", decay_type = "cosine";
};

struct ScheduleRow {
  std::string name;  ///< as `lr_scheduler:` in axolotl and transformers
  bool warms_up;
  /// Rate after the warm-up as a share of the peak. @param step  from 0
  double (*share)(const ScheduleSettings& settings, double step);
  std::vector<KeywordArgument> arguments;  ///< of `lr_scheduler_kwargs`
};

const std::vector<ScheduleRow>& schedule_rows();
std::vector<std::string> schedule_names();
/// @param name  one of schedule_names()
const ScheduleRow& schedule_row(const std::string& name);

class Schedule {
 public:
  /// @param steps  optimizer steps of the run
  /// @throws InputError  phases that are longer than the run together
  Schedule(const FinetuneRecipe& recipe, std::int64_t steps);

  /// Of the step with this index, from 0. Warm-up from 0, so that the first step of a run with one changes
  /// nothing.
  double learning_rate(std::int64_t step) const;
  std::int64_t warmup_steps() const { return static_cast<std::int64_t>(settings_.warmup); }

 private:
  const ScheduleRow& row_;
  double peak_;
  ScheduleSettings settings_;
};

}  // namespace llmops::train
