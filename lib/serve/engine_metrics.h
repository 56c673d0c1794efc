// What /metrics shows of the engine itself: its state and its counts since it was opened.
#pragma once

#include <prometheus/labels.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "infer/engine.h"

namespace llmops::serve {

/// Made anew of each snapshot, so that the page can never say another number than the engine.
/// @param labels  of every metric; guesses have "kind" too, as EngineStats::guesses_by, and 0 for the kind not in use
std::vector<prometheus::MetricFamily> engine_metrics(const infer::EngineStats& stats, const prometheus::Labels& labels);

}  // namespace llmops::serve
