// From what a user types to a place on disk.
#include "registry/resolve.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"
#include "core/uri.h"
#include "registry/datasets.h"
#include "registry/file_hashes.h"
#include "registry/models.h"
#include "registry/runs.h"
#include "registry/statement.h"

namespace llmops::registry {
namespace {

// Where the content is now: where it was registered, else where the registry saw it last.
fs::path present_path(Registry& registry, const std::string& uri, const Artifact& artifact) {
  if (fs::exists(artifact.path)) return artifact.path;
  const auto moved = find_artifact(registry, artifact.sha256);
  if (moved && fs::exists(moved->path)) return moved->path;
  throw NotFoundError(fmt::format("'{}' was at '{}', which is gone", uri, artifact.path),
                      fmt::format("put it back, or register a copy of content {}", artifact.sha256.substr(0, 12)));
}

Resolved resolve_model(Registry& registry, const Uri& uri) {
  const ModelVersion model = get_model(registry, uri.name, uri.version, uri.alias);
  const std::string name = fmt::format("models:/{}/{}", model.name, model.version);
  return {present_path(registry, name, model.artifact), name, model.artifact.sha256, model.artifact.kind, model.run_id};
}

Resolved resolve_data(Registry& registry, const Uri& uri) {
  const DatasetVersion data = get_dataset(registry, uri.name, uri.version);
  const std::string name = fmt::format("data:/{}@{}", data.name, data.version);
  return {present_path(registry, name, data.artifact), name, data.artifact.sha256, data.artifact.kind, data.run_id};
}

// "adapter" may be the name an output was recorded by, its file or folder name, its path below the run's folder, or its
// kind.
bool is_called(const RunArtifact& output, const std::string& member, const fs::path& run_directory) {
  const fs::path path = output.path;
  return member == output.name || member == path.filename() || path == run_directory / member || member == output.kind;
}

Resolved resolve_run(Registry& registry, const Uri& uri) {
  const RunRecord run = get_run(registry, uri.name);
  const fs::path directory = registry.home() / "runs" / run.id;
  if (uri.member.empty()) return {directory, "runs:/" + run.id, "", "", run.id};
  std::vector<std::string> names;
  for (const RunArtifact& output : list_outputs(registry, run.id)) {
    const std::string name = fmt::format("runs:/{}/{}", run.id, uri.member);
    if (is_called(output, uri.member, directory)) {
      const Artifact artifact{output.sha256, output.kind, output.path, output.name, 0, ""};
      return {present_path(registry, name, artifact), name, output.sha256, output.kind, run.id};
    }
    names.push_back(fs::path(output.path).filename().string());
  }
  if (const fs::path file = (directory / uri.member).lexically_normal();
      file.string().starts_with(directory.string() + "/") && fs::exists(file)) {
    return {file, fmt::format("runs:/{}/{}", run.id, uri.member), known_hash(registry, file).value_or(""), "", run.id};
  }
  std::string listed;
  for (const std::string& name : names) listed += (listed.empty() ? "its outputs are: " : ", ") + name;
  throw NotFoundError(fmt::format("run '{}' has no output '{}'", run.id, uri.member),
                      did_you_mean(uri.member, names, listed.empty() ? "it recorded no output" : listed));
}

// Names beside a missing path, of the folder it would be in.
std::string path_hint(const fs::path& path) {
  std::vector<std::string> siblings;
  std::error_code ignored;
  for (fs::directory_iterator entry(path.parent_path(), ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    siblings.push_back(entry->path().filename().string());
  }
  return did_you_mean(path.filename().string(), siblings);
}

// A bare word that names a registered model or dataset was most likely meant as that.
std::string registered_hint(Registry& registry, const std::string& text) {
  for (const auto& model : list_models(registry)) {
    if (model.name == text) return fmt::format("did you mean 'models:/{}'?", text);
  }
  for (const auto& data : list_datasets(registry)) {
    if (data.name == text) return fmt::format("did you mean 'data:/{}'?", text);
  }
  return "";
}

Resolved resolve_path(Registry& registry, const std::string& text) {
  const fs::path path = registry_path(text);
  if (!fs::exists(path)) {
    const std::string registered = registered_hint(registry, text);
    throw NotFoundError(fmt::format("'{}' does not exist", text), registered.empty() ? path_hint(path) : registered);
  }
  Resolved found{path, text, known_hash(registry, path).value_or(""), "", ""};
  const auto lock = registry.connection().lock();
  // Without a known hash the path alone is a hint at what lies there, good enough for the kind and nothing else.
  Statement row(registry.connection(),
                "SELECT a.kind, (SELECT o.run_id FROM run_outputs AS o WHERE o.sha256 = a.sha256 ORDER BY o.at DESC "
                "LIMIT 1) FROM artifacts AS a WHERE CASE WHEN ?1 = '' THEN a.path = ?2 ELSE a.sha256 = ?1 END "
                "ORDER BY a.created_at DESC LIMIT 1",
                found.sha256, path.string());
  if (!row.step()) {
    found.sha256.clear();  // hashed once, but never recorded as an artifact
    return found;
  }
  found.kind = row.text(0);
  if (!found.sha256.empty()) found.run_id = row.text(1);
  return found;
}

}  // namespace

Resolved resolve(Registry& registry, const std::string& text) {
  const Uri uri = parse_uri(text);
  switch (uri.kind) {
    case Uri::Kind::kModel: return resolve_model(registry, uri);
    case Uri::Kind::kData: return resolve_data(registry, uri);
    case Uri::Kind::kRun: return resolve_run(registry, uri);
    case Uri::Kind::kPath: return resolve_path(registry, uri.name);
    case Uri::Kind::kPrompt:
      throw UsageError(fmt::format("'{}' is a prompt, expected a model, dataset, run output or path", text),
                       fmt::format("show it with: llmops prompts show {}", uri.name));
    default:
      throw UsageError(fmt::format("'{}' is not on this machine", text),
                       fmt::format("fetch it first: llmops pull {}", text));
  }
}

}  // namespace llmops::registry
