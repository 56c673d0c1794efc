// Dataset versions.
#include "registry/datasets.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/spelling.h"
#include "core/units.h"
#include "core/uri.h"
#include "registry/names.h"
#include "registry/statement.h"

namespace llmops::registry {
namespace {

constexpr const char* kSelect =
    "SELECT v.name, v.version, v.sha256, a.kind, v.path, a.name, a.bytes, a.created_at, v.run_id, v.summary, "
    "v.created_at FROM dataset_versions AS v JOIN artifacts AS a ON a.sha256 = v.sha256 ";

DatasetVersion read_version(const Statement& row) {
  DatasetVersion found;
  found.name = row.text(0);
  found.version = static_cast<int>(row.integer(1));
  found.artifact = {row.text(2), row.text(3), row.text(4), row.text(5), static_cast<std::uint64_t>(row.integer(6)),
                    row.text(7)};
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
    for (Statement rows(registry.connection(),
                        "SELECT key, value FROM dataset_tags WHERE name = ? AND version = ? ORDER BY key", data.name,
                        data.version);
         rows.step();) {
      data.tags.emplace_back(rows.text(0), rows.text(1));
    }
  }
  return found;
}

DatasetVersion get_dataset(Registry& registry, const std::string& name, const std::string& version) {
  const auto versions = list_datasets(registry, name);
  if (versions.empty()) {
    std::vector<std::string> names;
    for (const auto& other : list_datasets(registry)) names.push_back(other.name);
    throw NotFoundError(fmt::format("there is no dataset '{}'", name), near_name_hint(name, names, "dataset"));
  }
  if (version.empty() || version == "latest") return versions.back();
  for (const auto& one : versions) {
    if (std::to_string(one.version) == version) return one;
  }
  throw NotFoundError(fmt::format("dataset '{}' has no version '{}'", name, version),
                      fmt::format("its versions are 1 to {}", versions.back().version));
}

DatasetVersion find_dataset(Registry& registry, const std::string& text) {
  const Uri uri = parse_uri(text.starts_with("data:/") ? text : "data:/" + text);
  return get_dataset(registry, uri.name, uri.version);
}

void tag_dataset(Registry& registry, const std::string& name, int version, const std::string& key,
                 const std::string& value) {
  check_name("tag", key);
  get_dataset(registry, name, std::to_string(version));  // throws with near names
  Transaction transaction(registry.connection());
  if (value.empty()) {
    Statement(registry.connection(), "DELETE FROM dataset_tags WHERE name = ? AND version = ? AND key = ?", name,
              version, key)
        .run();
  } else {
    Statement(registry.connection(),
              "INSERT OR REPLACE INTO dataset_tags (name, version, key, value) VALUES (?, ?, ?, ?)", name, version, key,
              value)
        .run();
  }
  transaction.commit();
}

}  // namespace llmops::registry
