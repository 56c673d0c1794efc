// The alias journal: where an alias points is its last line.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/units.h"
#include "registry/models.h"
#include "registry/names.h"
#include "registry/provenance.h"
#include "registry/statement.h"

namespace llmops::registry {
namespace {

std::optional<int> optional_version(const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<int>(row.integer(column));
}

std::optional<int> current_version(Registry::Connection& connection, const std::string& name,
                                   const std::string& alias) {
  Statement row(connection, "SELECT version FROM model_aliases WHERE name = ? AND alias = ?", name, alias);
  return row.step() ? optional_version(row, 0) : std::nullopt;
}

// Where each move left the alias, with moves that were rolled back taken off again.
std::vector<std::optional<int>> standing_positions(const std::vector<AliasMove>& history, const std::string& alias) {
  std::vector<std::optional<int>> positions;
  for (const AliasMove& move : history) {
    if (move.alias != alias) continue;
    if (move.action == "rollback" && !positions.empty()) {
      positions.pop_back();
    } else {
      positions.push_back(move.to_version);
    }
  }
  return positions;
}

}  // namespace

void move_alias(Registry& registry, const AliasMove& move) {
  check_alias("alias", move.alias);
  if (move.alias == "latest") throw UsageError("alias 'latest' always means the newest version", "choose another name");
  get_model(registry, move.name, move.to_version ? std::to_string(*move.to_version) : "", "");  // throws when absent
  Registry::Connection& connection = registry.connection();
  Transaction transaction(connection);
  const auto from = current_version(connection, move.name, move.alias);
  if (!from && !move.to_version) {
    throw NotFoundError(fmt::format("model '{}' has no alias '{}'", move.name, move.alias));
  }
  const std::string action = !move.action.empty() ? move.action : move.to_version ? "set" : "remove";
  Statement(connection,
            "INSERT INTO alias_journal (name, alias, from_version, to_version, action, who, at, why, evidence) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            move.name, move.alias, from, move.to_version, action, move.who.empty() ? user_name() : move.who,
            move.when.empty() ? now_utc() : move.when, move.why, null_if_empty(move.evidence))
      .run();
  transaction.commit();
}

std::vector<AliasMove> alias_history(Registry& registry, const std::string& name) {
  const auto lock = registry.connection().lock();
  std::vector<AliasMove> history;
  for (Statement rows(registry.connection(),
                      "SELECT name, alias, from_version, to_version, who, at, why, evidence, action "
                      "FROM alias_journal WHERE ?1 = '' OR name = ?1 ORDER BY id",
                      name);
       rows.step();) {
    history.push_back({rows.text(0), rows.text(1), optional_version(rows, 2), optional_version(rows, 3), rows.text(4),
                       rows.text(5), rows.text(6), rows.text(7), rows.text(8)});
  }
  return history;
}

std::vector<std::pair<std::string, int>> aliases_as_of(Registry& registry, const std::string& name,
                                                       const std::string& date) {
  // Times are text of one form, so a prefix followed by a character above all of theirs is its last moment.
  const std::string last_moment = date + "~";
  std::map<std::string, std::optional<int>> positions;
  for (const AliasMove& move : alias_history(registry, name)) {
    if (move.when < last_moment) positions[move.alias] = move.to_version;
  }
  std::vector<std::pair<std::string, int>> found;
  for (const auto& [alias, version] : positions) {
    if (version) found.emplace_back(alias, *version);
  }
  return found;
}

AliasMove rollback_model(Registry& registry, const std::string& name, const std::string& alias,
                         const std::string& why) {
  get_model(registry, name, "", "");
  const auto positions = standing_positions(alias_history(registry, name), alias);
  if (positions.size() < 2 || !positions[positions.size() - 2]) {
    throw InputError(fmt::format("alias '{}' of model '{}' has no earlier version to go back to", alias, name),
                     fmt::format("see where it has pointed with: llmops models history {}", name));
  }
  AliasMove move{name, alias, {}, positions[positions.size() - 2], "", "", why, "", "rollback"};
  move_alias(registry, move);
  return alias_history(registry, name).back();
}

}  // namespace llmops::registry
