// Which reader an input asks for, and with what.
#include "data/tables/table_spec.h"

#include <fmt/format.h>

#include <utility>

#include "core/error.h"
#include "data/tables/request_rows.h"
#include "data/tables/sqlite_rows.h"

namespace llmops::data {

namespace {

// A key that would be passed over in silence is a mistake in the recipe.
void require_suited(const std::filesystem::path& path, TableKind kind, const TableSpec& spec) {
  struct Key {
    const char* name;
    bool given, suits;
  };
  const bool arrow = kind == TableKind::kParquet || kind == TableKind::kArrow;
  const bool sqlite = kind == TableKind::kSqlite, requests = kind == TableKind::kRequests;
  for (const Key& key : {Key{"columns", !spec.columns.empty(), arrow}, Key{"table", !spec.table.empty(), sqlite},
                         Key{"query", !spec.query.empty(), sqlite}, Key{"model", !spec.model.empty(), requests},
                         Key{"since", !spec.since.empty(), requests}, Key{"until", !spec.until.empty(), requests},
                         Key{"min_feedback", spec.min_feedback.has_value(), requests}}) {
    if (!key.given || key.suits) continue;
    throw ConfigError(
        fmt::format("'{}' does not apply to input '{}'", key.name, path.string()),
        "'columns' is for Parquet and Arrow, 'table' and 'query' are for SQLite, 'model', 'since', 'until' "
        "and 'min_feedback' for registry:requests");
  }
}

}  // namespace

void read_table_spec(config::YamlObject& object, TableSpec& spec) {
  object.optional("columns", spec.columns);
  object.optional("table", spec.table);
  object.optional("query", spec.query);
  object.optional("model", spec.model);
  object.optional("since", spec.since);
  object.optional("until", spec.until);
  object.check(spec.table.empty() || spec.query.empty(), "query", "stands beside 'table'", "give one of them");
  if (object.has("min_feedback")) object.optional("min_feedback", spec.min_feedback.emplace());
}

Json table_spec_json(const TableSpec& spec) {
  Json json = Json::object();
  if (!spec.columns.empty()) json["columns"] = spec.columns;
  for (const auto& [name, value] :
       {std::pair{"table", &spec.table}, std::pair{"query", &spec.query}, std::pair{"model", &spec.model},
        std::pair{"since", &spec.since}, std::pair{"until", &spec.until}}) {
    if (!value->empty()) json[name] = *value;
  }
  if (spec.min_feedback) json["min_feedback"] = *spec.min_feedback;
  return json;
}

std::unique_ptr<TableReader> open_table_input(const std::filesystem::path& path, TableKind kind,
                                              const TableSpec& spec) {
  require_suited(path, kind, spec);
  switch (kind) {
    case TableKind::kParquet: return open_table(path, "parquet", spec.columns);
    case TableKind::kArrow: return open_table(path, "arrow", spec.columns);
    case TableKind::kSqlite: return open_sqlite({path, spec.table, spec.query});
    case TableKind::kRequests: break;
  }
  return open_requests({path, spec.model, spec.since, spec.until, spec.min_feedback});
}

}  // namespace llmops::data
