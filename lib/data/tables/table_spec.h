// The part of a recipe's input that says which rows and columns of a table are wanted.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_reader.h"
#include "core/json.h"
#include "data/tables/table_reader.h"

namespace llmops::data {

enum class TableKind { kParquet, kArrow, kSqlite, kRequests };

struct TableSpec {
  std::vector<std::string> columns;    ///< of Parquet and Arrow; empty: all
  std::string table, query;            ///< of SQLite (sqlite_rows.h)
  std::string model, since, until;     ///< of the registry's requests (request_rows.h)
  std::optional<double> min_feedback;  ///< of the registry's requests
};

/// The path of an input that means the registry's own requests.
inline constexpr std::string_view kRequestsPath = "registry:requests";

/// Keys `columns`, `table`, `query`, `model`, `since`, `until` and `min_feedback` of an input. Whether they suit its
/// kind is known when the file is: open_table_input() says so.
void read_table_spec(config::YamlObject& object, TableSpec& spec);
/// What is not left at its default.
Json table_spec_json(const TableSpec& spec);

/// @param path  of the registry for kRequests
/// @throws ConfigError  for a key of another kind of table; what the readers throw
std::unique_ptr<TableReader> open_table_input(const std::filesystem::path& path, TableKind kind, const TableSpec& spec);

}  // namespace llmops::data
