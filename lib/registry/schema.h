// The SQL of the migrations, oldest first; docs/formats/registry.md explains the columns.
#pragma once

#include <string_view>

namespace llmops::registry {

extern const std::string_view kSchemaRuns;      ///< runs, metrics, artifacts and their edges
extern const std::string_view kSchemaVersions;  ///< datasets, models, aliases
extern const std::string_view kSchemaPrompts;   ///< prompts and labels
extern const std::string_view kSchemaRequests;  ///< served requests
extern const std::string_view kSchemaEnergy;    ///< what runs took of it

}  // namespace llmops::registry
