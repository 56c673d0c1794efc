// The training loop's validations, and which checkpoint is the best.
#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "train/trainer.h"

namespace llmops::train {

Validation Trainer::measure() {
  Validation found = validate(decoder_, *validation_objective_, recipe_, data_.validation, workers_);
  if (hooks_.measure_tasks && workers_.first()) append_task_measures(found.measures);
  if (recipe_.validation.metric_for_best_model != "loss" && !workers_.alone()) {
    const std::string told = workers_.broadcast(measures_json(found.measures).dump());
    found.measures = parse_measures(parse_json(told, "rank 0"), "rank 0");
  }
  return found;
}

void Trainer::append_task_measures(Measures& measures) {
  const fs::path scratch = folder_.path() / "measured";
  fs::remove_all(scratch);
  fs::create_directories(scratch / "checkpoint");
  fs::create_directories(scratch / "output");
  weights_.save(scratch / "checkpoint");
  weights_.publish(scratch / "checkpoint", scratch / "output");
  const Measures tasks = hooks_.measure_tasks(scratch / "output");
  measures.insert(measures.end(), tasks.begin(), tasks.end());
  fs::remove_all(scratch);
}

double Trainer::metric_of(const Validation& validation) const {
  const std::string& name = recipe_.validation.metric_for_best_model;
  if (name == "loss") return validation.loss;
  std::string known = "loss";
  for (const auto& [measured, value] : validation.measures) {
    if (measured == name) return value;
    known += ", " + measured;
  }
  throw InputError(fmt::format("metric_for_best_model '{}' was not measured; there are {}", name, known));
}

void Trainer::validate_at_start() {
  if (data_.validation.empty()) return;
  const Validation found = measure();
  metric_of(found);  // a name that is not there is told before the first step
  log_.validation_loss = state_.first_validation_loss = found.loss;
  log_.validation_measures = state_.first_validation_measures = found.measures;
  state_.log_history.push_back(log_.validation_history());
}

void Trainer::validate_if_due(const PlannedStep& planned) {
  improved_ = false;
  if (data_.validation.empty()) return;
  const bool due = recipe_.eval_steps > 0 ? state_.step % recipe_.eval_steps == 0 : planned.ends_epoch;
  if (!due && state_.step != last_step_) return;
  const Validation found = measure();
  if (!std::isfinite(found.loss)) return roll_back("the validation loss is not finite", state_.step);
  log_.validation_loss = last_validation_loss_ = found.loss;
  log_.validation_measures = found.measures;
  if (!state_.first_validation_loss) {
    state_.first_validation_loss = found.loss;
    state_.first_validation_measures = found.measures;
  }
  const double metric = metric_of(found);
  const bool more = recipe_.validation.wants_more();
  // While an adversary learns, the newest weights are the ones it has had most effect on, whatever the answers' loss.
  improved_ = recipe_.debias.on() ||
              (std::isfinite(metric) &&
               (!state_.best_metric || (more ? metric > *state_.best_metric : metric < *state_.best_metric)));
  state_.validations_without_gain = improved_ ? 0 : state_.validations_without_gain + 1;
  if (improved_) {
    state_.best_metric = metric;
    state_.best_loss = found.loss;
    state_.best_step = state_.step;
    state_.best_validation_measures = found.measures;
  }
  stopped_early_ =
      recipe_.early_stopping_patience > 0 && state_.validations_without_gain >= recipe_.early_stopping_patience;
}

}  // namespace llmops::train
