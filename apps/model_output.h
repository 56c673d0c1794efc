// The end of a command that made a model: recorded as the run's output, and registered where a name was given.
#pragma once

#include <string>

#include "core/json.h"
#include "registry/models.h"
#include "registry/run.h"

namespace llmops::apps {

/// Finishes `run` with `report`, to which "run_id", "sha256" and "uri" (null without a name) are added.
/// @param name  "" registers nothing
/// @returns the new version's URI, or ""
std::string finish_with_model(registry::Registry& registry, registry::Run& run, const registry::Artifact& model,
                              const std::string& name, const Json& metadata, Json& report);

}  // namespace llmops::apps
