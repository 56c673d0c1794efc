// Opening SQLite without leaving a trace, and refusing all but reading.
#include "data/tables/sqlite_database.h"

#include <fmt/format.h>

#include <fstream>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::data {

namespace {

namespace fs = std::filesystem;

constexpr int kBusyTimeoutMs = 10'000;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kReadVersionAt = 19;  // of the header: 2 is a write-ahead log

std::string read_header(const fs::path& path) {
  if (!fs::exists(path)) throw NotFoundError(fmt::format("'{}' does not exist", path.string()));
  std::ifstream file(path, std::ios::binary);
  std::string header(kReadVersionAt + 1, '\0');
  if (!file || !file.read(header.data(), static_cast<std::streamsize>(header.size())) || !header.starts_with(kMagic)) {
    throw InputError(fmt::format("'{}' is not a SQLite database", path.string()));
  }
  return header;
}

bool has_bytes(const fs::path& path) {
  std::error_code error;
  return fs::file_size(path, error) > 0 && !error;
}

// As a file: URI; SQLite decodes %HH.
std::string uri_of(const fs::path& path, const char* option) {
  std::string uri = "file:";
  for (const char c : fs::absolute(path).string()) {
    uri += c == '%' || c == '?' || c == '#' ? fmt::format("%{:02X}", static_cast<int>(c)) : std::string(1, c);
  }
  return uri + "?" + option;
}

// What a SELECT consists of. Full-text tables ask for the version of the data by a pragma, and declare their columns in
// SQLite's memory by what looks like a change of its list of tables; the file itself is open for reading only.
bool reads_only(int action, std::string_view first, std::string_view second) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return true;
    case SQLITE_FUNCTION: return second != "load_extension";
    case SQLITE_PRAGMA: return first == "data_version" && second.empty();
    case SQLITE_UPDATE: return first == "sqlite_master";
    default: return false;
  }
}

// @param refused  bool, set where a statement is not let do something: SQLite's own codes for it differ
int authorize(void* refused, int action, const char* first, const char* second, const char*, const char*) {
  if (reads_only(action, first == nullptr ? "" : first, second == nullptr ? "" : second)) return SQLITE_OK;
  *static_cast<bool*>(refused) = true;
  return SQLITE_DENY;
}

int stop_when_cancelled(void*) { return cancel_requested() ? 1 : 0; }

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n;") == std::string_view::npos; }

}  // namespace

SqliteDatabase::SqliteDatabase(fs::path path) : path_(std::move(path)) {
  // With a log that is not empty the newest rows are in it, and locks are needed. Without one, opening a database of
  // that kind would create it beside the file, which may be on a disk that cannot be written to.
  const bool uses_log = read_header(path_)[kReadVersionAt] == 2;
  immutable_ = uses_log && !has_bytes(path_.string() + "-wal");
  bytes_ = fs::file_size(path_);
  written_ = fs::last_write_time(path_);
  try {
    open();
    protect();
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

SqliteDatabase::~SqliteDatabase() { sqlite3_close_v2(handle_); }

void SqliteDatabase::open() {
  const std::string uri = uri_of(path_, immutable_ ? "immutable=1" : "mode=ro");
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(uri.c_str(), &handle_, flags, nullptr) != SQLITE_OK) fail();
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
}

void SqliteDatabase::protect() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (sqlite3_exec(handle_, "PRAGMA cell_size_check = ON", nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  sqlite3_set_authorizer(handle_, authorize, &refused_);
  constexpr int kSteps = 100'000;  // of SQLite's machine, a few milliseconds
  sqlite3_progress_handler(handle_, kSteps, stop_when_cancelled, nullptr);
}

SqliteStatement SqliteDatabase::prepare(const std::string& sql) {
  refused_ = false;
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()) + 1, &statement, &rest);
  SqliteStatement owned(statement, &sqlite3_finalize);
  if (refused_) fail();
  if (code == SQLITE_ERROR)
    throw UsageError(fmt::format("'{}': {}", path_.string(), sqlite3_errmsg(handle_)), "check the query");
  if (code != SQLITE_OK) fail();
  if (!owned || sqlite3_stmt_readonly(statement) == 0 || sqlite3_column_count(statement) == 0 ||
      sqlite3_stmt_isexplain(statement) != 0 || !is_blank(rest)) {
    throw UsageError(fmt::format("'{}': the query is not a single SELECT", path_.string()));
  }
  return owned;
}

bool SqliteDatabase::step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    throw_if_cancelled();
    fail();
  }
  check_unchanged();
  return false;
}

std::vector<SqliteTable> SqliteDatabase::tables() {
  const SqliteStatement rows = prepare(
      "SELECT name, type = 'view' FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
      "ESCAPE '\\' ORDER BY name");
  std::vector<SqliteTable> found;
  while (step(rows.get())) {
    const auto* name = reinterpret_cast<const char*>(sqlite3_column_text(rows.get(), 0));
    found.push_back({name == nullptr ? "" : name, sqlite3_column_int(rows.get(), 1) != 0});
  }
  return found;
}

void SqliteDatabase::check_unchanged() const {
  if (!immutable_) return;  // SQLite's own locks gave one state of the file
  if (fs::file_size(path_) == bytes_ && fs::last_write_time(path_) == written_) return;
  throw InputError(fmt::format("'{}' changed while it was read", path_.string()), "run again when its writer is done");
}

void SqliteDatabase::fail() const {
  const std::string problem = fmt::format("'{}': {}", path_.string(), sqlite3_errmsg(handle_));
  if (refused_) throw UsageError(problem + ": the query does more than read", "give a single SELECT");
  switch (sqlite3_errcode(handle_) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: throw SystemError(problem, "another program writes to it; run again when it is done");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_PERM: throw SystemError(problem, "check the permissions of the file and its folder");
    default:
      throw InputError(problem, fmt::format("try to save what is readable: sqlite3 '{}' .recover", path_.string()));
  }
}

}  // namespace llmops::data
