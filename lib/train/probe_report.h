// How much of a labelled attribute can be read from a model's states. Free of libtorch.
#pragma once

#include "core/json.h"

namespace llmops::train {

/// Of a classifier fit to the training examples, on the validation examples.
struct ProbeReport {
  double accuracy = 0;
  double balanced_accuracy = 0;  ///< mean over the attribute's values of the share of their examples that is told
  double majority = 0;           ///< accuracy of always saying what most training examples have
  double loss = 0;               ///< nats an example

  Json json() const {
    return {{"accuracy", accuracy}, {"balanced_accuracy", balanced_accuracy}, {"majority", majority}, {"loss", loss}};
  }
};

}  // namespace llmops::train
