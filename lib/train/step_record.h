// Where the steps of a run go: its record in the registry, a file of JSON lines, TensorBoard's folder.
#pragma once

#include <memory>
#include <string>

#include "registry/run.h"
#include "train/event_file.h"
#include "train/finetune_lora.h"
#include "train/metrics_file.h"

namespace llmops::train {

class StepRecord {
 public:
  /// @param log_json     "" writes no lines
  /// @param tensorboard  folder; "" writes no events
  StepRecord(registry::Run& run, const std::string& log_json, const std::string& tensorboard);

  /// With what the process takes at this moment. @throws SystemError
  void add(const StepLog& step);

 private:
  registry::Run& run_;
  MetricsFile lines_;
  std::string tensorboard_;
  std::unique_ptr<EventFile> events_;  ///< begun with the first step, which only then is known
};

/// Under transformers' tags: "train/loss", "eval/loss"; of an undone step "train/rollback_to" alone.
std::vector<std::pair<std::string, double>> tensorboard_scalars(const StepLog& step, const ResourceUse& resources);

}  // namespace llmops::train
