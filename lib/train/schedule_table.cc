// The table of learning-rate schedules.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "train/schedule.h"

namespace llmops::train {
namespace {

/// A wave that starts at 1.
double cosine_wave(double cycles, double progress) {
  return 0.5 * (1 + std::cos(std::numbers::pi * 2 * cycles * progress));
}

double above_floor(const ScheduleSettings& settings, double share) {
  return std::max(0.0, share * (1 - settings.floor) + settings.floor);
}

double constant(const ScheduleSettings&, double) { return 1; }

double linear(const ScheduleSettings& settings, double step) {
  return std::max(0.0, (settings.steps - step) / std::max(1.0, settings.steps - settings.warmup));
}

double cosine(const ScheduleSettings& settings, double step) {
  const double progress = (step - settings.warmup) / std::max(1.0, settings.steps - settings.warmup);
  return above_floor(settings, std::max(0.0, cosine_wave(settings.cycles, progress)));
}

double warmup_stable_decay(const ScheduleSettings& settings, double step) {
  const double down = step - settings.warmup - settings.stable;
  if (down < 0) return 1;
  if (down >= settings.decay) return settings.floor;
  const double progress = down / settings.decay;
  const double share = settings.decay_type == "linear"   ? 1 - progress
                       : settings.decay_type == "cosine" ? cosine_wave(settings.cycles, progress)
                                                         : 1 - std::sqrt(progress);
  return above_floor(settings, share);
}

const KeywordArgument kCycles = {"num_cycles", 0.5, 0, 1000};
const std::vector<std::string> kCurves = {"linear", "cosine", "1-sqrt"};

/// num_stable_steps -1 is what warm-up and decay leave of the run.
const std::vector<KeywordArgument> kStableArguments = {
    {"num_decay_steps", 0},
    {"num_stable_steps", -1, -1},
    {"warmup_type", "linear", 0, 0, kCurves},
    {"decay_type", "cosine", 0, 0, kCurves},
    {"min_lr_ratio", 0.0, 0, 1},
    kCycles,
};

}  // namespace

const std::vector<ScheduleRow>& schedule_rows() {
  static const std::vector<ScheduleRow> rows = {
      {"cosine", true, cosine, {kCycles}},
      {"cosine_with_min_lr", true, cosine, {{"min_lr", 0.0, 0, 1}, {"min_lr_rate", 0.0, 0, 1}, kCycles}},
      {"linear", true, linear, {}},
      {"constant", false, constant, {}},
      {"constant_with_warmup", true, constant, {}},
      {"wsd", true, warmup_stable_decay, kStableArguments},
      {"warmup_stable_decay", true, warmup_stable_decay, kStableArguments},
  };
  return rows;
}

std::vector<std::string> schedule_names() {
  std::vector<std::string> names;
  for (const ScheduleRow& row : schedule_rows()) names.push_back(row.name);
  return names;
}

const ScheduleRow& schedule_row(const std::string& name) {
  const auto& rows = schedule_rows();
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const ScheduleRow& row) { return row.name == name; });
  if (found == rows.end()) throw InputError("unknown lr_scheduler '" + name + "'");
  return *found;
}

}  // namespace llmops::train
