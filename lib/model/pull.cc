#include "model/pull.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/uri.h"
#include "model/gguf.h"
#include "model/gguf_to_hf.h"
#include "model/model_files.h"
#include "model/pull_source.h"
#include "registry/run.h"

namespace llmops::model {
namespace {

using registry::ModelVersion;

std::string model_uri(const std::string& name, int version) { return fmt::format("models:/{}/{}", name, version); }

PullReport report_version(const ModelVersion& version, bool already_present) {
  PullReport report;
  report.uri = model_uri(version.name, version.version);
  report.path = version.artifact.path;
  report.sha256 = version.artifact.sha256;
  report.bytes = version.artifact.bytes;
  report.source = version.metadata.value("source", "");
  report.source_sha256 = version.metadata.value("source_sha256", "");
  report.licence = version.metadata.value("licence", "");
  report.parameters = version.metadata.value("parameters", std::int64_t{0});
  report.already_present = already_present;
  return report;
}

/// A version made from the same bytes in the same way, still where it was put.
std::optional<ModelVersion> find_same_source(const std::vector<ModelVersion>& versions, const PullSource& source,
                                             const PullOptions& options) {
  if (!source.immutable) return std::nullopt;
  for (const ModelVersion& version : versions) {
    const bool same_source = version.metadata.value("source", "") == source.canonical &&
                             (source.sha256.empty() || version.metadata.value("source_sha256", "") == source.sha256);
    const bool converted = version.metadata.value("converted_dtype", "") != "";
    const bool same_dtype = !converted || version.metadata.value("converted_dtype", "") == options.dtype;
    if (same_source && same_dtype && fs::exists(version.artifact.path)) return version;
  }
  return std::nullopt;
}

bool is_wanted_place(const ModelVersion& version, const PullOptions& options) {
  return options.output.empty() || fs::absolute(options.output).lexically_normal() == fs::path(version.artifact.path);
}

int next_version(const std::vector<ModelVersion>& versions) {
  int last = 0;
  for (const ModelVersion& version : versions) last = std::max(last, version.version);
  return last + 1;
}

std::string gguf_licence(const Gguf& gguf) { return gguf.has("general.license") ? gguf.string("general.license") : ""; }

/// Fills `folder` with the model in Hugging Face layout, and says in `metadata` what it is.
void build_folder(const PulledFiles& pulled, const PullOptions& options, const fs::path& folder, Json& metadata) {
  if (pulled.gguf) {
    const Gguf gguf = Gguf::open(pulled.path);
    if (metadata["licence"] == "") metadata["licence"] = gguf_licence(gguf);
    metadata["converted_dtype"] = options.dtype;
    write_gguf_as_hf(gguf, folder, options.dtype);
  } else {
    copy_model_files(pulled.path, folder, /*link=*/!pulled.temporary.empty());
  }
  const ModelFacts facts = check_model_folder(folder);
  metadata["architecture"] = facts.architecture;
  metadata["parameters"] = facts.parameters;
  metadata["dtype"] = facts.dtype;
  metadata["format"] = "huggingface";
}

registry::RunStart run_start(const PullOptions& options, const PullSource& source, const std::string& name,
                             const std::vector<std::string>& argv) {
  registry::RunStart start;
  start.command = "pull";
  start.argv = argv;
  start.config = {{"source", source.canonical},
                  {"name", name},
                  {"dtype", options.dtype},
                  {"output", options.output},
                  {"sha256", source.sha256}};
  return start;
}

PullReport plan(const PullSource& source, const std::string& name, int version, const fs::path& place) {
  PullReport report;
  report.uri = model_uri(name, version);
  report.path = place.string();
  report.source = source.canonical;
  report.source_sha256 = source.sha256;
  report.licence = source.licence;
  report.planned = true;
  return report;
}

}  // namespace

PullReport pull(const PullOptions& options, registry::Registry& registry, const std::vector<std::string>& argv,
                Progress& progress) {
  const PullSource source = identify_source(options);
  const std::string name = options.name.empty() ? source.name : options.name;
  parse_uri(model_uri(name, 1));  // refuses names that the registry cannot hold
  const std::vector<ModelVersion> versions = registry::list_models(registry, name);
  if (const auto same = find_same_source(versions, source, options); same && is_wanted_place(*same, options))
    return report_version(*same, true);

  const int version = next_version(versions);
  const fs::path place = options.output.empty() ? registry.home() / "models" / name / std::to_string(version)
                                                : fs::absolute(options.output).lexically_normal();
  if (options.dry_run) return plan(source, name, version, place);

  registry::Run run(registry, run_start(options, source, name, argv));
  AtomicDirectory folder(place, /*replace=*/false);  // before the download: a place that is taken is known at once
  const PulledFiles pulled = fetch_source(source, options, registry.home() / "downloads", progress);
  // A folder's files are the model itself: as an input it would be its own parent.
  if (pulled.gguf) run.add_input(pulled.path, "gguf", pulled.canonical);
  Json metadata = {{"source", pulled.canonical}, {"source_sha256", pulled.sha256}, {"licence", source.licence}};
  build_folder(pulled, options, folder.path(), metadata);

  const std::string sha256 = sha256_path(folder.path());
  for (const ModelVersion& known : versions) {
    if (known.artifact.sha256 != sha256 || !fs::exists(known.artifact.path) || !is_wanted_place(known, options))
      continue;
    const PullReport report = report_version(known, true);
    run.finish(report.json());
    return report;
  }
  folder.commit();
  const registry::Artifact artifact = run.add_output(place, "model", model_uri(name, version));
  const PullReport report =
      report_version(registry::register_model(registry, name, artifact, run.id(), metadata), false);
  if (!pulled.temporary.empty()) fs::remove_all(pulled.temporary);
  run.finish(report.json());
  return report;
}

}  // namespace llmops::model
