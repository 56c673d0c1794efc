// Prepared statements over SQLite's C interface.
#include "registry/statement.h"

#include <sqlite3.h>

namespace llmops::registry {

Statement::Statement(Prepare, Registry::Connection& connection, std::string_view sql) : connection_(connection) {
  const int code =
      sqlite3_prepare_v2(connection.handle(), sql.data(), static_cast<int>(sql.size()), &statement_, nullptr);
  if (code != SQLITE_OK) connection_.fail(code);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.fail(code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
  sqlite3_reset(statement_);
  bound_ = 0;
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return "";
  return std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Json Statement::json(int column) const {
  if (is_null(column)) return nullptr;
  return parse_json(text(column), std::string("registry column ") + sqlite3_column_name(statement_, column));
}

void Statement::bind_null() { sqlite3_bind_null(statement_, ++bound_); }

void Statement::bind_integer(std::int64_t value) { sqlite3_bind_int64(statement_, ++bound_, value); }

void Statement::bind_real(double value) { sqlite3_bind_double(statement_, ++bound_, value); }

void Statement::bind_text(std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  const int code = sqlite3_bind_text64(statement_, ++bound_, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) connection_.fail(code);
}

}  // namespace llmops::registry
