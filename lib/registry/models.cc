// Model versions.
#include "registry/models.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"
#include "core/spelling.h"
#include "core/units.h"
#include "core/uri.h"
#include "registry/tags.h"
#include "registry/versions.h"

namespace llmops::registry {
namespace {

ModelVersion read_version(const Statement& row) {
  ModelVersion found;
  found.name = row.text(0);
  found.version = static_cast<int>(row.integer(1));
  found.artifact = read_artifact(row, 2);
  found.run_id = row.text(8);
  found.metadata = row.json(9);
  found.created_at = row.text(10);
  return found;
}

void read_aliases_and_tags(Registry::Connection& connection, ModelVersion& model) {
  for (Statement rows(connection, "SELECT alias FROM model_aliases WHERE name = ? AND version = ? ORDER BY alias",
                      model.name, model.version);
       rows.step();) {
    model.aliases.push_back(rows.text(0));
  }
  model.tags = read_tags(connection, kModelTags, model.name, model.version);
}

int insert_version(Registry::Connection& connection, const std::string& name, const Artifact& artifact,
                   const std::string& run_id, const Json& metadata) {
  Transaction transaction(connection);
  {
    Statement same(connection, "SELECT version FROM model_versions WHERE name = ? AND sha256 = ?", name,
                   artifact.sha256);
    if (same.step()) return static_cast<int>(same.integer(0));
  }
  Statement insert(connection,
                   "INSERT INTO model_versions (name, version, sha256, path, run_id, metadata, created_at) "
                   "SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5, ?6 FROM model_versions WHERE name = ?1 "
                   "RETURNING version",
                   name, artifact.sha256, artifact.path, null_if_empty(run_id), metadata, now_utc());
  insert.step();
  const int version = static_cast<int>(insert.integer(0));
  insert.run();
  transaction.commit();
  return version;
}

std::string model_kind(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  if (!fs::exists(path)) throw NotFoundError(fmt::format("'{}' does not exist", path.string()));
  if (fs::is_regular_file(path) && path.extension() == ".gguf") return "gguf";
  if (fs::exists(path / "adapter_config.json")) return "adapter";
  if (fs::exists(path / "config.json")) return "model";
  throw InputError(fmt::format("'{}' is not a model", path.string()),
                   "expected a .gguf file, or a folder with config.json or adapter_config.json");
}

[[noreturn]] void throw_no_alias(const std::string& name, const std::string& alias,
                                 const std::vector<ModelVersion>& versions) {
  std::vector<std::string> aliases;
  for (const auto& one : versions) aliases.insert(aliases.end(), one.aliases.begin(), one.aliases.end());
  const std::string otherwise =
      aliases.empty() ? fmt::format("it has none; set one with: llmops models alias {} {} VERSION", name, alias)
                      : fmt::format("there are: {}", fmt::join(aliases, ", "));
  throw NotFoundError(fmt::format("model '{}' has no alias '{}'", name, alias),
                      did_you_mean(alias, aliases, otherwise));
}

}  // namespace

ModelVersion register_model(Registry& registry, const std::string& name, const Artifact& artifact,
                            const std::string& run_id, const Json& metadata) {
  check_name("model", name);
  const int version = insert_version(registry.connection(), name, artifact, run_id, metadata);
  return get_model(registry, name, std::to_string(version), "");
}

std::vector<ModelVersion> list_models(Registry& registry, const std::string& name) {
  Registry::Connection& connection = registry.connection();
  const auto lock = connection.lock();
  std::vector<ModelVersion> found;
  for (Statement rows(connection,
                      "SELECT v.name, v.version, v.sha256, a.kind, v.path, a.name, a.bytes, a.created_at, v.run_id, "
                      "v.metadata, v.created_at FROM model_versions AS v JOIN artifacts AS a ON a.sha256 = v.sha256 "
                      "WHERE ?1 = '' OR v.name = ?1 ORDER BY v.name, v.version",
                      name);
       rows.step();) {
    found.push_back(read_version(rows));
  }
  for (ModelVersion& model : found) read_aliases_and_tags(connection, model);
  return found;
}

ModelVersion get_model(Registry& registry, const std::string& name, const std::string& version,
                       const std::string& alias) {
  const auto versions = list_models(registry, name);
  if (versions.empty()) throw_no_name("model", name, list_models(registry));
  if (!version.empty()) return version_numbered("model", versions, version);
  if (alias.empty() || alias == "latest") return versions.back();
  for (const auto& one : versions) {
    if (std::find(one.aliases.begin(), one.aliases.end(), alias) != one.aliases.end()) return one;
  }
  throw_no_alias(name, alias, versions);
}

void tag_model(Registry& registry, const std::string& name, int version, const std::string& key,
               const std::string& value) {
  check_name("tag", key);
  get_model(registry, name, std::to_string(version), "");  // throws with near names
  write_tag(registry.connection(), kModelTags, key, value, name, version);
}

ModelVersion find_model(Registry& registry, const std::string& text) {
  const Uri uri = parse_uri(text.starts_with("models:/") ? text : "models:/" + text);
  return get_model(registry, uri.name, uri.version, uri.alias);
}

ModelVersion register_model_path(Registry& registry, const std::string& name, const std::filesystem::path& path,
                                 const std::string& kind, const Json& metadata) {
  check_name("model", name);  // before the content is hashed
  const Artifact artifact = record_artifact(registry, path, kind.empty() ? model_kind(path) : kind);
  return register_model(registry, name, artifact, "", metadata);
}

}  // namespace llmops::registry
