// Runs whose process was killed: nobody was left to close them.
#pragma once

#include "registry/connection.h"

namespace llmops::registry {

/// Marks runs that are "running" but whose process has died on this host as "lost".
void mark_lost_runs(Registry::Connection& connection);

}  // namespace llmops::registry
