// The part of a finetuning recipe that says what a model is to forget about the people its examples are of.
#pragma once

#include <string>

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

struct DebiasRecipe {
  std::string attribute;  ///< field of the records, of a few values; "" is off
  double weight = 2.5;    ///< of the adversary's confusion, once it is fully there
  int memory = 256;       ///< examples that the adversary is fit to, the newest
  double penalty = 100;   ///< of the adversary's weights, |W|^2 / 2 beside the summed cross entropy

  bool on() const { return !attribute.empty(); }
  /// {"debias": {...}}; empty where it is off.
  Json json() const;
};

/// Problems are recorded in `root`.
DebiasRecipe read_debias(config::YamlObject& root);

}  // namespace llmops::train
