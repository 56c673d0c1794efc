// Recording and finding artifacts.
#include "registry/artifacts.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/units.h"
#include "registry/file_hashes.h"
#include "registry/versions.h"

namespace llmops::registry {
namespace {

constexpr std::size_t kHexDigits = 64;

}  // namespace

Artifact record_artifact(Registry& registry, const std::filesystem::path& path, const std::string& kind,
                         const std::string& name) {
  const fs::path absolute = registry_path(path);
  if (!fs::exists(absolute)) throw NotFoundError(fmt::format("'{}' does not exist", path.string()));
  const std::string sha256 = hash_path(registry, absolute);  // may take long: before the transaction
  const std::uint64_t bytes = size_on_disk(absolute);
  Registry::Connection& connection = registry.connection();
  Transaction transaction(connection);
  Statement(connection,
            "INSERT INTO artifacts (sha256, kind, path, name, bytes, created_at) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (sha256) DO UPDATE SET path = excluded.path",
            sha256, kind, absolute.string(), name.empty() ? path.string() : name, bytes, now_utc())
      .run();
  transaction.commit();
  return *find_artifact(registry, sha256);
}

std::optional<Artifact> find_artifact(Registry& registry, const std::string& sha256_prefix) {
  const bool hex = sha256_prefix.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hex || sha256_prefix.empty() || sha256_prefix.size() > kHexDigits) return std::nullopt;
  const auto lock = registry.connection().lock();
  // Hexadecimal digits all sort before 'g': a range over the primary key, where LIKE would scan.
  Statement rows(registry.connection(),
                 "SELECT sha256, kind, path, name, bytes, created_at FROM artifacts "
                 "WHERE sha256 >= ?1 AND sha256 < ?1 || 'g' ORDER BY sha256 LIMIT 2",
                 sha256_prefix);
  if (!rows.step()) return std::nullopt;
  const Artifact found = read_artifact(rows);
  if (rows.step()) {
    throw InputError(
        fmt::format("'{}' is the start of more than one hash", sha256_prefix),
        fmt::format("'{}' and '{}', give more digits", found.sha256.substr(0, 16), rows.text(0).substr(0, 16)));
  }
  return found;
}

}  // namespace llmops::registry
