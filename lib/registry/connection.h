// The SQLite connection behind a Registry: opened, checked, migrated, and used by one thread at a time.
#pragma once

#include <mutex>

#include "registry/registry.h"

namespace llmops::registry {

class Registry::Connection {
 public:
  /// Opens or creates `file`, or a copy of it, and brings the schema up to date. Errors as Registry's constructor.
  Connection(std::filesystem::path file, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* handle() const { return handle_; }

  /// Held for as long as a caller uses statements; the same thread may take it again.
  [[nodiscard]] std::unique_lock<std::recursive_mutex> lock() { return std::unique_lock(mutex_); }

  /// Runs statements that return no rows.
  void execute(const std::string& sql);

  /// Turns SQLite's result code into the error a person can act on.
  /// @throws InputError (damaged, not a registry, refused by a trigger), SystemError (disk full, read-only, busy)
  [[noreturn]] void fail(int code) const;

  /// The last run this connection closed as "failed" without a message; see describe_failure().
  std::string unexplained_failure;

 private:
  void open_file();
  void open_copy();
  void use_write_ahead_log();

  std::filesystem::path file_;
  sqlite3* handle_ = nullptr;
  std::recursive_mutex mutex_;
};

/// BEGIN IMMEDIATE ... COMMIT; rolled back unless committed. Holds the connection's lock. Does not nest.
class Transaction {
 public:
  explicit Transaction(Registry::Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Registry::Connection& connection_;
  std::unique_lock<std::recursive_mutex> lock_;
  bool open_ = true;
};

}  // namespace llmops::registry
