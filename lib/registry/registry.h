// The registry: one SQLite file with run history, artifacts and lineage, datasets, models, prompts and served requests.
// Tables are documented in docs/formats/registry.md; users query them with sqlite3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"

struct sqlite3;

namespace llmops::registry {

/// LLMOPS_REGISTRY, else the nearest `.llmops/registry.db` from `start` upwards, else `start`/.llmops/registry.db
/// (which need not exist yet).
std::filesystem::path locate_registry(const std::filesystem::path& start);

/// An open registry. WAL, busy_timeout 10 s, migrations under a lock; one connection, so one thread at a time (an
/// internal mutex serialises callers).
class Registry {
 public:
  enum class Mode {
    kKeep,  ///< creates the folder and file where absent
    kCopy,  ///< a copy in memory, empty where there is no file: nothing on disk is created or changed
  };
  /// @throws SystemError (cannot open, disk full), InputError (not a registry, or written by a newer llmops)
  explicit Registry(std::filesystem::path file, Mode mode = Mode::kKeep);
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  const std::filesystem::path& file() const { return file_; }
  /// The `.llmops` folder: runs/, models/, data/, downloads/ lie in it.
  std::filesystem::path home() const { return file_.parent_path(); }

  /// For the other files of this module only.
  class Connection;
  Connection& connection() { return *connection_; }

 private:
  std::filesystem::path file_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace llmops::registry
