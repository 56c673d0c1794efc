// A pass over examples that is divided among the ranks of a job.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "core/progress.h"
#include "train/epoch_plan.h"
#include "train/workers.h"

namespace llmops::train {

/// Calls `on_batch` for those of `batches` that are this rank's. All ranks go through it in rounds, so that each stops
/// where one is told to. @throws Interrupted
void for_own_batches(const std::vector<Example>& examples, std::span<const MicroBatch> batches, Workers& workers,
                     const std::function<void(const MicroBatch&)>& on_batch);

/// Starts telling the progress of a pass over all `sets`.
/// @returns what is to be called with the tokens of each batch done, while `progress` lives
std::function<void(std::int64_t)> start_pass(Progress& progress, const std::string& label,
                                             std::initializer_list<const std::vector<Example>*> sets);

}  // namespace llmops::train
