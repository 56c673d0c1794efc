// A fresh linear probe: what anyone could still read of an attribute, whatever the adversary has come to.
#pragma once

#include "core/progress.h"
#include "model/decoder.h"
#include "train/probe_report.h"
#include "train/training_data.h"
#include "train/workers.h"

namespace llmops::train {

/// Examples as a probe sees them.
struct ProbeSet {
  at::Tensor states;  ///< (E, C) float32
  at::Tensor groups;  ///< (E) int64, below G
};

/// Fits logistic regression to `train` with a penalty of 1 (scikit-learn's with C = 1), and judges it on `validation`.
/// @param groups  G
ProbeReport probe_linearly(const ProbeSet& train, const ProbeSet& validation, std::int64_t groups);

/// Fits one to the mean states (pooled_states()) of the training examples, of 4096 of them at most, evenly taken.
/// All ranks of a job make the states together. @throws Interrupted
ProbeReport probe_attribute(const model::Decoder& decoder, const FinetuneRecipe& recipe, const TrainingData& data,
                            Workers& workers, Progress& progress);

}  // namespace llmops::train
