// Brings an opened registry to the newest schema.
#include "registry/migrations.h"

#include <fmt/format.h>

#include "core/error.h"
#include "registry/schema.h"
#include "registry/statement.h"

namespace llmops::registry {
namespace {

std::int64_t pragma(Registry::Connection& connection, const char* name) {
  Statement statement(connection, std::string("PRAGMA ") + name);
  return statement.step() ? statement.integer(0) : 0;
}

bool has_tables(Registry::Connection& connection) {
  Statement statement(connection, "SELECT 1 FROM sqlite_schema WHERE type = 'table' LIMIT 1");
  return statement.step();
}

void check_owner(Registry::Connection& connection, const std::filesystem::path& file, std::size_t known) {
  if (pragma(connection, "application_id") != kApplicationId && has_tables(connection)) {
    throw InputError(fmt::format("'{}' is another program's SQLite database", file.string()),
                     "point LLMOPS_REGISTRY at another file");
  }
  const auto version = pragma(connection, "user_version");
  if (version > static_cast<std::int64_t>(known)) {
    throw InputError(fmt::format("registry '{}' has schema {}, this llmops knows {}", file.string(), version, known),
                     "it was written by a newer llmops; upgrade this one");
  }
}

}  // namespace

const std::vector<std::string_view>& migrations() {
  static const std::vector<std::string_view> steps = {kSchemaRuns, kSchemaVersions, kSchemaPrompts, kSchemaRequests,
                                                      kSchemaEnergy};
  return steps;
}

void migrate(Registry::Connection& connection, const std::filesystem::path& file,
             const std::vector<std::string_view>& steps) {
  check_owner(connection, file, steps.size());
  if (pragma(connection, "user_version") == static_cast<std::int64_t>(steps.size())) return;
  Transaction transaction(connection);
  check_owner(connection, file, steps.size());  // another process may have been here before the lock
  for (auto at = static_cast<std::size_t>(pragma(connection, "user_version")); at < steps.size(); ++at) {
    connection.execute(std::string(steps[at]));
  }
  connection.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, steps.size()));
  transaction.commit();
}

}  // namespace llmops::registry
