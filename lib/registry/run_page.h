// A run as one HTML file: its curves, what it was made from, and what came of it.
#pragma once

#include <string>

#include "registry/runs.h"

namespace llmops::registry {

/// Of any run, one that is still going on too.
std::string run_page(Registry& registry, const RunRecord& run);

}  // namespace llmops::registry
