// What numbered versions of models, datasets and prompts share.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "registry/artifacts.h"
#include "registry/names.h"
#include "registry/statement.h"

namespace llmops::registry {

/// @param all  every version of every name, for the hint
template <typename Version>
[[noreturn]] void throw_no_name(const std::string& what, const std::string& name, const std::vector<Version>& all) {
  std::vector<std::string> names;
  for (const Version& other : all) names.push_back(other.name);
  throw NotFoundError(fmt::format("there is no {} '{}'", what, name), near_name_hint(name, names, what));
}

/// @param versions  those of one name, from 1 upwards, not empty
template <typename Version>
const Version& version_numbered(const std::string& what, const std::vector<Version>& versions,
                                const std::string& number) {
  for (const Version& one : versions) {
    if (std::to_string(one.version) == number) return one;
  }
  throw NotFoundError(fmt::format("{} '{}' has no version '{}'", what, versions.back().name, number),
                      fmt::format("its versions are 1 to {}", versions.back().version));
}

/// A row of artifacts: sha256, kind, path, name, bytes, created_at.
inline Artifact read_artifact(const Statement& row, int first = 0) {
  return {row.text(first),
          row.text(first + 1),
          row.text(first + 2),
          row.text(first + 3),
          static_cast<std::uint64_t>(row.integer(first + 4)),
          row.text(first + 5)};
}

}  // namespace llmops::registry
