// A run: one execution of a command that makes, measures or serves something. Written when it starts, closed when it
// ends.
#pragma once

#include <string>
#include <vector>

#include "core/energy_meter.h"
#include "core/resource_use.h"
#include "registry/artifacts.h"

namespace llmops::registry {

struct RunStart {
  std::string command;                 ///< "finetune-lora"
  std::vector<std::string> argv = {};  ///< the command line as typed
  Json config = Json::object();        ///< resolved recipe or options; secrets never enter
  std::optional<std::uint64_t> seed = {};
  std::string device = "cpu";
  std::string parent_run = "";             ///< "": as LLMOPS_PARENT_RUN says, which is none where it is not set
  Json library_versions = Json::object();  ///< added to those of the torch-free part, e.g. {"torch": "2.13.0"}
};

/// RAII: a Run that is destroyed without finish() ends as "failed", or "interrupted" when cancellation was requested;
/// one whose process died is found by the next process that opens the registry and becomes "lost".
class Run {
 public:
  /// @throws NotFoundError  the parent is not a run of this registry
  Run(Registry& registry, const RunStart& start);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  const std::string& id() const { return id_; }  ///< e.g. "r-20260301-7f3a9c"
  std::filesystem::path directory() const;       ///< HOME/runs/ID, created on first use

  void log_metric(const std::string& name, double value, std::int64_t step = 0);
  /// Several at one step, in one transaction.
  void log_metrics(const std::vector<std::pair<std::string, double>>& metrics, std::int64_t step);

  /// This run read `path`. @returns the artifact, for `parents` of outputs
  Artifact add_input(const std::filesystem::path& path, const std::string& kind, const std::string& name = "");
  /// This run made `path`, from `parents` (SHA-256s; empty: from all inputs so far).
  Artifact add_output(const std::filesystem::path& path, const std::string& kind, const std::string& name = "",
                      const std::vector<std::string>& parents = {});

  /// So far: memory of this process, and energy since the run began.
  ResourceUse resources();

  /// Ends as "finished" with the report the command prints.
  void finish(const Json& summary);

 private:
  Registry& registry_;
  std::string id_;
  bool open_ = true;
  EnergyMeter energy_;
  std::vector<std::string> inputs_;
};

/// Gives `message` to the last run of this registry that ended as "failed", once: the Run is gone when the
/// program's outermost handler learns what happened.
void describe_failure(Registry& registry, const std::string& message);

}  // namespace llmops::registry
