// A sweep as one HTML file without any outside resource.
#pragma once

#include <string>

#include "sweep/sweep_report.h"

namespace llmops::sweep {

/// The trade-off and the first metric over the trials as inline SVG, and the table.
std::string sweep_html(const SweepRecipe& recipe, const SweepResult& result, const SweepReport& report);

}  // namespace llmops::sweep
