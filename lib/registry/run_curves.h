// A run's metrics as plots: for the terminal and for its page.
#pragma once

#include "core/line_plot.h"
#include "registry/runs.h"

namespace llmops::registry {

/// A metric `name`, with "val_" + `name` where it is recorded; steps that were undone are marked.
/// @throws NotFoundError  naming what there is
LinePlot run_curve(const std::vector<MetricSeries>& metrics, const std::string& name);

/// All of them that have at least two points, training's own first.
std::vector<LinePlot> run_curves(const std::vector<MetricSeries>& metrics);

/// The step of an undone step, and the step whose weights the run went on with.
std::vector<std::pair<std::int64_t, std::int64_t>> run_rollbacks(const std::vector<MetricSeries>& metrics);

}  // namespace llmops::registry
