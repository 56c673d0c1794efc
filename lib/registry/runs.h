// Reading runs back: lists, one run with its parameters, metrics and edges, and tags.
#pragma once

#include <limits>
#include <optional>

#include "registry/artifacts.h"

namespace llmops::registry {

struct RunRecord {
  std::string id, command, status, started_at, ended_at;
  std::vector<std::string> argv;
  Json config, summary, versions;  ///< summary: null until it has finished
  std::string seed, device, parent_run, working_directory;
  std::string git_commit;  ///< "" outside a repository
  bool git_dirty = false;
  std::string host, cpu, error;
  std::uint64_t peak_memory_bytes = 0;
  std::optional<double> energy_j;  ///< of the whole machine while it ran
  std::vector<std::pair<std::string, std::string>> tags;

  /// From start to end, or to now while it runs.
  double seconds() const;
};

struct RunFilter {
  std::string command, status, since;  ///< "" is any; since: UTC
  std::string parent;                  ///< the run that started them, whole id; "" is any
  int most = 50;                       ///< 0: all
};
/// Newest first.
std::vector<RunRecord> list_runs(Registry& registry, const RunFilter& filter);

/// @param id  or a beginning of it that fits one run ("r-20260301-7f", "7f3a"), or "latest"
/// @throws NotFoundError with near ids, InputError when more than one fits
RunRecord get_run(Registry& registry, const std::string& id);

/// A file or folder as one run saw it.
struct RunArtifact {
  std::string run_id, sha256, kind, name, path;
};
std::vector<RunArtifact> list_inputs(Registry& registry, const std::string& run_id);
std::vector<RunArtifact> list_outputs(Registry& registry, const std::string& run_id);

/// (name, value) of the flattened configuration, by name.
std::vector<std::pair<std::string, std::string>> list_params(Registry& registry, const std::string& run_id);

struct MetricPoint {
  std::int64_t step = 0;
  double value = 0;  ///< may be NaN or infinite
  std::string at;
};
struct MetricSeries {
  std::string name;
  std::vector<MetricPoint> points;  ///< by step, then as logged
};
std::vector<MetricSeries> list_metrics(Registry& registry, const std::string& run_id);

/// @param value  "" removes the tag
void tag_run(Registry& registry, const std::string& run_id, const std::string& key, const std::string& value);

}  // namespace llmops::registry
