#include "train/step_record.h"

namespace llmops::train {

StepRecord::StepRecord(registry::Run& run, const std::string& log_json, const std::string& tensorboard)
    : run_(run), lines_(log_json), tensorboard_(tensorboard) {}

void StepRecord::add(const StepLog& step) {
  const ResourceUse resources = run_.resources();
  const auto taken = resources.metrics();
  auto metrics = step.metrics();
  metrics.insert(metrics.end(), taken.begin(), taken.end());
  run_.log_metrics(metrics, step.step);
  Json line = step.json();
  line.update(measures_json(taken));
  lines_.write(line);
  if (tensorboard_.empty()) return;
  if (!events_) events_ = std::make_unique<EventFile>(tensorboard_, step.step);
  events_->write(step.step, tensorboard_scalars(step, resources));
}

std::vector<std::pair<std::string, double>> tensorboard_scalars(const StepLog& step, const ResourceUse& resources) {
  if (step.rollback) return {{"train/rollback_to", static_cast<double>(step.rollback->to_step)}};
  std::vector<std::pair<std::string, double>> scalars = {
      {"train/loss", step.loss},
      {"train/learning_rate", step.learning_rate},
      {"train/grad_norm", step.grad_norm},
      {"train/epoch", step.epoch},
      {"train/num_input_tokens_seen", static_cast<double>(step.tokens)},
      {"train/tokens_per_second", step.tokens_per_s}};
  const auto add = [&](const char* group, const auto& named) {
    for (const auto& [name, value] : named) scalars.emplace_back(std::string(group) + name, value);
  };
  add("train/", step.measures);
  if (step.validation_loss) scalars.emplace_back("eval/loss", *step.validation_loss);
  add("eval/", step.validation_measures);
  add("system/", resources.metrics());
  return scalars;
}

}  // namespace llmops::train
