// Opening SQLite safely: header check, WAL, busy timeout, foreign keys, and errors in words.
#include "registry/connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "registry/migrations.h"

namespace llmops::registry {
namespace {

constexpr int kBusyTimeoutMs = 10'000;

// SQLite would only notice on the first read, and with a vaguer message.
void check_header(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return;  // absent; SQLite reports any other reason
  std::string header(16, '\0');
  stream.read(header.data(), 16);
  if (stream.gcount() == 0) return;
  if (stream.gcount() < 16 || header != std::string("SQLite format 3\0", 16)) {
    throw InputError(fmt::format("'{}' is not a registry", file.string()),
                     "move the file away, or point LLMOPS_REGISTRY at another one");
  }
}

void create_folder(const std::filesystem::path& folder) {
  if (folder.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw SystemError(fmt::format("cannot create '{}': {}", folder.string(), error.message()),
                      "run in a folder you can write to, or set LLMOPS_REGISTRY to a file in one");
  }
}

}  // namespace

Registry::Connection::Connection(std::filesystem::path file, Mode mode) : file_(std::move(file)) {
  check_header(file_);
  try {
    mode == Mode::kCopy ? open_copy() : open_file();
    execute("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY");
    migrate(*this, file_, migrations());
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

void Registry::Connection::open_file() {
  create_folder(file_.parent_path());
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (const int code = sqlite3_open_v2(file_.c_str(), &handle_, flags, nullptr); code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  use_write_ahead_log();
}

void Registry::Connection::open_copy() {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (const int code = sqlite3_open_v2(":memory:", &handle_, flags, nullptr); code != SQLITE_OK) fail(code);
  if (!std::filesystem::exists(file_)) return;
  sqlite3* original = nullptr;
  int code = sqlite3_open_v2(file_.c_str(), &original, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code == SQLITE_OK) {
    sqlite3_busy_timeout(original, kBusyTimeoutMs);
    sqlite3_backup* backup = sqlite3_backup_init(handle_, "main", original, "main");
    sqlite3_backup_step(backup, -1);  // every page
    code = sqlite3_backup_finish(backup);
  }
  sqlite3_close_v2(original);
  if (code != SQLITE_OK) fail(code);
}

Registry::Connection::~Connection() { sqlite3_close_v2(handle_); }

// Switching to WAL needs the file alone, and SQLite does not call the busy handler for it: two first openings at once
// would make one of them fail.
void Registry::Connection::use_write_ahead_log() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kBusyTimeoutMs);
  while (true) {
    const int code = sqlite3_exec(handle_, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    if ((code & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline) fail(code);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void Registry::Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

void Registry::Connection::fail(int code) const {
  const std::string name = file_.string();
  const std::string detail = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      throw InputError(fmt::format("registry '{}' is damaged: {}", name, detail),
                       fmt::format("try to save what is readable: sqlite3 '{}' .recover", name));
    case SQLITE_FULL:
      throw SystemError(fmt::format("cannot write registry '{}': no space left on device", name),
                        "free some space and run again; nothing was half-written");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      throw SystemError(fmt::format("cannot open registry '{}': {}", name, detail),
                        "check its permissions, or set LLMOPS_REGISTRY to a file in a folder you can write to");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw SystemError(
          fmt::format("registry '{}' was locked by another process for over {} s", name, kBusyTimeoutMs / 1000),
          "run again when the other process is done");
    case SQLITE_CONSTRAINT: throw InputError(fmt::format("registry '{}' refused: {}", name, detail));
    default: throw SystemError(fmt::format("registry '{}': {}", name, detail));
  }
}

Transaction::Transaction(Registry::Connection& connection) : connection_(connection), lock_(connection.lock()) {
  connection_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  connection_.execute("COMMIT");
  open_ = false;
}

}  // namespace llmops::registry
