// A registry in a folder of its own, and files in it.
#pragma once

#include <string>

#include "core/files.h"
#include "registry/registry.h"
#include "support/temporary_directory.h"

namespace llmops::test {

struct RegistryFixture {
  TemporaryDirectory folder;
  registry::Registry registry{folder.path() / ".llmops" / "registry.db"};

  /// @param name  relative to the folder; folders in it are made
  fs::path write(const std::string& name, const std::string& text) const {
    const fs::path path = folder.path() / name;
    fs::create_directories(path.parent_path());
    write_file_atomic(path, text);
    return path;
  }
};

}  // namespace llmops::test
