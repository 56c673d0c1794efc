// The part of a finetuning recipe that says what a model is to forget about the people its examples are of.
#pragma once

#include <string>

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

struct DebiasRecipe {
  std::string attribute;        ///< field of the records, of a few values; "" is off
  double weight = 1;            ///< of the adversary's gradient in the model, turned round, once it is fully there
  double learning_rate = 1e-3;  ///< the adversary's, on the run's schedule
  int hidden = 0;               ///< units of the adversary's inner layer; 0: it is linear

  bool on() const { return !attribute.empty(); }
  /// {"debias": {...}}; empty where it is off.
  Json json() const;
};

/// Problems are recorded in `root`.
DebiasRecipe read_debias(config::YamlObject& root);

}  // namespace llmops::train
