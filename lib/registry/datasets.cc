// Dataset versions.
#include "registry/datasets.h"

#include "core/units.h"
#include "core/uri.h"
#include "registry/tags.h"
#include "registry/versions.h"

namespace llmops::registry {
namespace {

constexpr const char* kSelect =
    "SELECT v.name, v.version, v.sha256, a.kind, v.path, a.name, a.bytes, a.created_at, v.run_id, v.summary, "
    "v.created_at FROM dataset_versions AS v JOIN artifacts AS a ON a.sha256 = v.sha256 ";

DatasetVersion read_version(const Statement& row) {
  DatasetVersion found;
  found.name = row.text(0);
  found.version = static_cast<int>(row.integer(1));
  found.artifact = read_artifact(row, 2);
  found.run_id = row.text(8);
  found.summary = row.json(9);
  found.created_at = row.text(10);
  return found;
}

// Newest version number; 0 where there is none.
int newest_version(Registry::Connection& connection, const std::string& name) {
  Statement row(connection, "SELECT coalesce(max(version), 0) FROM dataset_versions WHERE name = ?", name);
  row.step();
  return static_cast<int>(row.integer(0));
}

int insert_version(Registry::Connection& connection, const std::string& name, const Artifact& artifact,
                   const std::string& run_id, const Json& summary) {
  Transaction transaction(connection);
  const int newest = newest_version(connection, name);
  {
    Statement same(connection, "SELECT 1 FROM dataset_versions WHERE name = ? AND version = ? AND sha256 = ?", name,
                   newest, artifact.sha256);
    if (same.step()) return newest;
  }
  Statement(connection,
            "INSERT INTO dataset_versions (name, version, sha256, path, run_id, summary, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            name, newest + 1, artifact.sha256, artifact.path, null_if_empty(run_id), summary, now_utc())
      .run();
  transaction.commit();
  return newest + 1;
}

}  // namespace

DatasetVersion register_dataset(Registry& registry, const std::string& name, const Artifact& artifact,
                                const std::string& run_id, const Json& summary) {
  check_name("dataset", name);
  const int version = insert_version(registry.connection(), name, artifact, run_id, summary);
  return get_dataset(registry, name, std::to_string(version));
}

std::vector<DatasetVersion> list_datasets(Registry& registry, const std::string& name) {
  const auto lock = registry.connection().lock();
  std::vector<DatasetVersion> found;
  for (Statement rows(registry.connection(),
                      std::string(kSelect) + "WHERE ?1 = '' OR v.name = ?1 ORDER BY v.name, v.version", name);
       rows.step();) {
    found.push_back(read_version(rows));
  }
  for (DatasetVersion& data : found) {
    data.tags = read_tags(registry.connection(), kDatasetTags, data.name, data.version);
  }
  return found;
}

DatasetVersion get_dataset(Registry& registry, const std::string& name, const std::string& version) {
  const auto versions = list_datasets(registry, name);
  if (versions.empty()) throw_no_name("dataset", name, list_datasets(registry));
  if (version.empty() || version == "latest") return versions.back();
  return version_numbered("dataset", versions, version);
}

DatasetVersion find_dataset(Registry& registry, const std::string& text) {
  const Uri uri = parse_uri(text.starts_with("data:/") ? text : "data:/" + text);
  return get_dataset(registry, uri.name, uri.version);
}

void tag_dataset(Registry& registry, const std::string& name, int version, const std::string& key,
                 const std::string& value) {
  check_name("tag", key);
  get_dataset(registry, name, std::to_string(version));  // throws with near names
  write_tag(registry.connection(), kDatasetTags, key, value, name, version);
}

}  // namespace llmops::registry
