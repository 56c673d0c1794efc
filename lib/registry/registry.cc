// Finding and opening the registry.
#include "registry/registry.h"

#include <cstdlib>

#include "registry/connection.h"
#include "registry/lost_runs.h"

namespace llmops::registry {

std::filesystem::path locate_registry(const std::filesystem::path& start) {
  namespace fs = std::filesystem;
  if (const char* named = std::getenv("LLMOPS_REGISTRY"); named != nullptr && *named != '\0')
    return fs::absolute(named);
  const fs::path first = fs::absolute(start).lexically_normal();
  for (fs::path folder = first;; folder = folder.parent_path()) {
    std::error_code ignored;  // a folder that cannot be read holds no registry of ours
    const fs::path file = folder / ".llmops" / "registry.db";
    if (fs::exists(file, ignored)) return file;
    if (folder == folder.parent_path()) return first / ".llmops" / "registry.db";
  }
}

Registry::Registry(std::filesystem::path file, Mode mode)
    : file_(std::filesystem::absolute(file)), connection_(std::make_unique<Connection>(file_, mode)) {
  mark_lost_runs(*connection_);
}

Registry::~Registry() = default;

}  // namespace llmops::registry
