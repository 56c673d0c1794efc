// Artifacts: files and folders known by the hash of their content, and the edges between them. Lineage walks these.
#pragma once

#include <string>
#include <vector>

#include "registry/registry.h"

namespace llmops::registry {

/// Kinds in use: "raw_data", "dataset", "model" (Hugging Face folder), "adapter", "gguf", "recipe", "eval_task",
/// "report", "samples", "text".
struct Artifact {
  std::string sha256;  ///< identity (core/hash.h, sha256_path)
  std::string kind;
  std::string path;  ///< absolute, where it was last seen
  std::string name;  ///< what the user calls it: a URI or a relative path
  std::uint64_t bytes = 0;
  std::string created_at;
};

/// Hashes `path` (results are cached by path, size and modification time) and records it; an equal content seen again
/// only refreshes its path.
/// @throws NotFoundError, SystemError
Artifact record_artifact(Registry& registry, const std::filesystem::path& path, const std::string& kind,
                         const std::string& name = "");

std::optional<Artifact> find_artifact(Registry& registry, const std::string& sha256_prefix);

}  // namespace llmops::registry
