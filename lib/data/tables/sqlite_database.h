// A SQLite file that is only read: nothing in it, in its folder or in a statement can change anything.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace llmops::data {

using SqliteStatement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

struct SqliteTable {
  std::string name;
  bool view = false;
};

class SqliteDatabase {
 public:
  /// @throws NotFoundError, InputError (not a database), SystemError
  explicit SqliteDatabase(std::filesystem::path path);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  /// One SELECT; whatever else is asked for (writes, ATTACH, PRAGMA, loading extensions) is refused by SQLite itself.
  /// @throws UsageError  naming what is wrong with the statement
  SqliteStatement prepare(const std::string& sql);

  /// @returns whether a row is there
  /// @throws InputError  for a damaged file, or one that another program changed while it was read; Interrupted
  bool step(sqlite3_stmt* statement);

  /// Tables and views, by name; without SQLite's own.
  std::vector<SqliteTable> tables();
  const std::filesystem::path& path() const { return path_; }

 private:
  void open();
  void protect();
  [[noreturn]] void fail() const;
  void check_unchanged() const;

  std::filesystem::path path_;
  bool immutable_ = false;  ///< SQLite takes no locks, and would not notice a writer
  std::uint64_t bytes_ = 0;
  std::filesystem::file_time_type written_;
  bool refused_ = false;  ///< the last statement wanted to do more than read
  sqlite3* handle_ = nullptr;
};

}  // namespace llmops::data
