// Choosing what to select, and writing it as JSON.
#include "data/tables/sqlite_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/cancel.h"
#include "core/error.h"
#include "core/spelling.h"
#include "data/json_text.h"
#include "data/tables/sqlite_database.h"
#include "text/base64.h"

namespace llmops::data {

namespace {

std::string quoted_name(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

[[noreturn]] void throw_no_table(const SqliteDatabase& database, const std::string& wanted,
                                 const std::vector<SqliteTable>& tables) {
  std::vector<std::string> known;
  known.reserve(tables.size());
  for (const SqliteTable& table : tables) known.push_back(table.name);
  const std::string all = known.empty() ? "it has none" : fmt::format("it has {}", fmt::join(known, ", "));
  if (!wanted.empty() || known.empty()) {
    throw NotFoundError(fmt::format("'{}' has no table '{}'", database.path().string(), wanted),
                        did_you_mean(wanted, known, all));
  }
  throw UsageError(fmt::format("'{}' has {} tables", database.path().string(), known.size()),
                   "name one with 'table': " + all);
}

// The rows of a view, and of a table WITHOUT ROWID, have an order of their own and no such number.
SqliteStatement select_table(SqliteDatabase& database, const std::string& wanted) {
  const std::vector<SqliteTable> tables = database.tables();
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const SqliteTable& table) {
    return wanted.empty() ? tables.size() == 1 : table.name == wanted;
  });
  if (found == tables.end()) throw_no_table(database, wanted, tables);
  const std::string rows = "SELECT * FROM " + quoted_name(found->name);
  if (found->view) return database.prepare(rows);
  try {
    return database.prepare(rows + " ORDER BY _rowid_");
  } catch (const UsageError&) {
    return database.prepare(rows);
  }
}

void append_value(std::string& out, sqlite3_stmt* row, int column) {
  switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER: return append_json_number(out, static_cast<std::int64_t>(sqlite3_column_int64(row, column)));
    case SQLITE_FLOAT: return append_json_number(out, sqlite3_column_double(row, column));
    case SQLITE_NULL: out += "null"; return;
    default: break;
  }
  const bool text = sqlite3_column_type(row, column) == SQLITE_TEXT;
  const void* bytes = text ? sqlite3_column_text(row, column) : sqlite3_column_blob(row, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  const std::string_view view =
      size == 0 ? std::string_view() : std::string_view(static_cast<const char*>(bytes), size);
  append_json_string(out, text ? view : std::string_view(text::encode_base64(view)));
}

class SqliteRows final : public TableReader {
 public:
  explicit SqliteRows(const SqliteSpec& spec) : database_(spec.path), statement_(select(spec)) {
    std::set<std::string> taken;
    for (int i = 0; i < sqlite3_column_count(statement_.get()); ++i) {
      columns_.emplace_back(sqlite3_column_name(statement_.get(), i));
      if (!taken.insert(columns_.back()).second) {
        throw UsageError(fmt::format("'{}': the query has two columns '{}'", spec.path.string(), columns_.back()),
                         "give one of them another name: SELECT a.id, b.id AS b_id ...");
      }
      std::string key = i == 0 ? "{" : ",";
      append_json_string(key, columns_.back());
      keys_.push_back(key + ":");
    }
  }

  const std::vector<std::string>& columns() const override { return columns_; }

  bool next(std::string& json_lines, std::vector<std::uint64_t>& ends) override {
    throw_if_cancelled();
    json_lines.clear();
    ends.clear();
    while (!done_ && json_lines.size() < kTableBlockBytes) {
      done_ = !database_.step(statement_.get());
      if (done_) break;
      for (std::size_t i = 0; i < keys_.size(); ++i) {
        json_lines += keys_[i];
        append_value(json_lines, statement_.get(), static_cast<int>(i));
      }
      json_lines += "}\n";
      ends.push_back(json_lines.size());
    }
    return !ends.empty();
  }

 private:
  SqliteStatement select(const SqliteSpec& spec) {
    if (!spec.query.empty()) return database_.prepare(spec.query);
    return select_table(database_, spec.table);
  }

  SqliteDatabase database_;
  SqliteStatement statement_;  // finalised before the database closes
  std::vector<std::string> columns_;
  std::vector<std::string> keys_;  // `{"id":`, `,"text":`
  bool done_ = false;
};

}  // namespace

std::unique_ptr<TableReader> open_sqlite(const SqliteSpec& spec) {
  if (!spec.table.empty() && !spec.query.empty()) {
    throw UsageError(fmt::format("'{}' has both a table and a query", spec.path.string()), "give one of them");
  }
  return std::make_unique<SqliteRows>(spec);
}

}  // namespace llmops::data
