// The schema as numbered steps. A step that was released never changes; a new one is appended.
#pragma once

#include <string_view>
#include <vector>

#include "registry/connection.h"

namespace llmops::registry {

/// PRAGMA application_id of a registry: "llmo".
inline constexpr int kApplicationId = 0x6c6c6d6f;

/// Step i takes a registry from user_version i to i + 1.
const std::vector<std::string_view>& migrations();

/// Applies the missing steps in one transaction, so that a process killed half-way leaves the old schema and two
/// processes do not both apply them.
/// @throws InputError  for another program's database, or a schema newer than `steps`
void migrate(Registry::Connection& connection, const std::filesystem::path& file,
             const std::vector<std::string_view>& steps);

}  // namespace llmops::registry
