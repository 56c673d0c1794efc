// The rows of a SQLite table or query.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "data/tables/table_reader.h"

namespace llmops::data {

struct SqliteSpec {
  std::filesystem::path path;
  std::string table;  ///< a table or view; "": the only one there is
  std::string query;  ///< a single SELECT instead, with all names and its own ORDER BY
};

/// Rows in order of their rowid, of a table WITHOUT ROWID by its primary key, of a query or a view as that says (where
/// it does not, in the order SQLite finds them, which is the same for the same file). Whole and real numbers and text
/// as such, blobs in base64. A database in WAL mode may be in use; it is seen as it is at the first row.
/// @throws NotFoundError (no such file, or table: naming near ones); InputError; UsageError (the query)
std::unique_ptr<TableReader> open_sqlite(const SqliteSpec& spec);

}  // namespace llmops::data
