// What every command shares: registry, progress, output format, device.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/json.h"
#include "core/progress.h"
#include "registry/registry.h"

namespace llmops::apps {

struct Context {
  std::vector<std::string> argv;         ///< as typed, for records
  bool json = false;                     ///< --json
  bool quiet = false;                    ///< -q
  int verbosity = 0;                     ///< -v
  bool dry_run = false;                  ///< --dry-run
  int threads = 0;                       ///< --threads; 0: all processors
  std::optional<std::string> device;     ///< --device; none: the recipe's, or the CPU
  std::optional<std::uint64_t> seed;     ///< --seed
  ExitCode exit_code = ExitCode::kDone;  ///< set by a command whose gate tripped

  /// Of commands that have no recipe.
  std::string engine_device() const { return device.value_or("cpu"); }

  /// Opened on first use, so that `--help` creates nothing. Under --dry-run a copy in memory: whatever a command
  /// records in it is checked and shown, and then gone.
  registry::Registry& registry();
  /// For commands that record nothing: where there is no registry yet, none is created.
  registry::Registry& registry_to_read();
  Progress& progress();

  /// Keeps why the run that just ended failed, where one did; never throws.
  void record_failure(const std::string& message) noexcept;

  /// The result on stdout: `report` with a schema_version under --json, else `text` (ended by a newline).
  void print(const Json& report, const std::string& text) const;

 private:
  registry::Registry& open_registry(bool only_read);

  std::unique_ptr<registry::Registry> registry_;
  std::unique_ptr<Progress> progress_;
};

}  // namespace llmops::apps
