// Runs as JSON and text: what `llmops runs` prints.
#pragma once

#include "registry/json_flat.h"
#include "registry/runs.h"

namespace llmops::registry {

Json run_summary_json(const RunRecord& run);
/// Everything: parameters, metrics with their points, inputs, outputs.
Json run_json(Registry& registry, const RunRecord& run);

/// @param width  columns of the terminal, 0: never cut
std::string runs_text(const std::vector<RunRecord>& runs, int width);
std::string run_text(Registry& registry, const RunRecord& run, int width);

/// Parameters, last metrics, inputs and the state of code and libraries that differ.
std::vector<Difference> diff_runs(Registry& registry, const RunRecord& before, const RunRecord& after);

/// One character a column from low to high; points that are not finite are shown as '!'.
std::string sparkline(const std::vector<MetricPoint>& points, std::size_t columns);

}  // namespace llmops::registry
