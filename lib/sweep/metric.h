// A number of a trial's report that a sweep makes small or large.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/yaml_reader.h"
#include "core/json.h"

namespace llmops::sweep {

struct Metric {
  std::string
      name;  ///< "val_loss_best", "wall_s", "cost", "val_NAME" for a validation's measure, "eval.NAME" of a task
  bool maximize = false;

  double loss(double value) const { return maximize ? -value : value; }
};

/// Metrics under `metric`: a mapping, or a list of them for a trade-off. Problems are recorded in `sweep`.
/// @param recipe  keys of the finetuning recipe as written: whether it validates, and with which objective
/// @param priced  whether the sweep knows what an hour costs
std::vector<Metric> read_metrics(config::YamlObject& sweep, const Json& recipe, bool priced);

/// Names every report has.
std::vector<std::string> report_metrics();

/// @param report  as `finetune-lora --json` prints it. @returns nothing where it is null or not finite
/// @throws InputError  the report has no such number, naming those it has
std::optional<double> metric_value(const Json& report, const std::string& name);

}  // namespace llmops::sweep
