// SQLite tables and queries as JSON lines, read without leaving a trace.
#include "data/tables/sqlite_rows.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/table_rows.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

using Catch::Matchers::Contains;

/// A database made by these statements; its connection stays open, as another program's would.
struct Database {
  test::TemporaryDirectory folder;
  fs::path path = folder.path() / "notes #1?.db";
  sqlite3* handle = nullptr;

  explicit Database(const std::string& sql) {
    REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
    run(sql);
  }
  ~Database() { close(); }
  void run(const std::string& sql) const {
    INFO(sql);
    REQUIRE(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  void close() {
    sqlite3_close(handle);
    handle = nullptr;
  }
  std::string lines(const std::string& table, const std::string& query = "") const {
    return test::table_lines(*open_sqlite({path, table, query}));
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const fs::path& file : list_files(folder.path())) names.push_back(file.filename().string());
    return names;
  }
};

constexpr const char* kNotes =
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, score REAL, raw BLOB);"
    "INSERT INTO notes VALUES (2, 'two \"é\"' || char(10), 0.5, x'00ff10'), (1, 'one', NULL, NULL), (3, '', -2, x'');";

TEST_CASE("a table's rows come in order of their rowid, with blobs in base64", "[data]") {
  const Database notes(kNotes);
  CHECK(notes.lines("notes") ==
        "{\"id\":1,\"text\":\"one\",\"score\":null,\"raw\":null}\n"
        "{\"id\":2,\"text\":\"two \\\"é\\\"\\n\",\"score\":0.5,\"raw\":\"AP8Q\"}\n"
        "{\"id\":3,\"text\":\"\",\"score\":-2.0,\"raw\":\"\"}\n");
  CHECK(notes.lines("") == notes.lines("notes"));
}

TEST_CASE("tables without a rowid and views are read in their own order", "[data]") {
  const Database words(
      "CREATE TABLE words (word TEXT PRIMARY KEY, n INT) WITHOUT ROWID;"
      "INSERT INTO words VALUES ('pear', 1), ('apple', 2);"
      "CREATE VIEW by_n AS SELECT * FROM words ORDER BY n;");
  CHECK(words.lines("words") == "{\"word\":\"apple\",\"n\":2}\n{\"word\":\"pear\",\"n\":1}\n");
  CHECK(words.lines("by_n") == "{\"word\":\"pear\",\"n\":1}\n{\"word\":\"apple\",\"n\":2}\n");
}

TEST_CASE("a query says which rows and in which order", "[data]") {
  const Database notes(kNotes);
  CHECK(notes.lines("",
                    "WITH long AS (SELECT * FROM notes WHERE id > 1) SELECT id, upper(text) AS big FROM long "
                    "ORDER BY id DESC; ") == "{\"id\":3,\"big\":\"\"}\n{\"id\":2,\"big\":\"TWO \\\"é\\\"\\n\"}\n");
}

TEST_CASE("whatever is not a single SELECT is refused, and nothing is changed", "[data]") {
  const Database notes(kNotes);
  const std::string before = read_file(notes.path);
  for (const char* query :
       {"DELETE FROM notes", "INSERT INTO notes (id) VALUES (9) RETURNING id", "ATTACH '/tmp/x.db' AS other",
        "PRAGMA journal_mode = DELETE", "SELECT load_extension('x')", "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE notes", "VACUUM INTO '/tmp/copy.db'", "CREATE TABLE t (x)", "EXPLAIN SELECT 1",
        "SELECT * FROM pragma_table_info('notes')", "BEGIN", "-- nothing", "SELECT nothing FROM notes", "SELEC 1",
        "SELECT id, text AS id FROM notes"}) {
    INFO(query);
    CHECK_THROWS_AS(notes.lines("", query), UsageError);
  }
  CHECK(read_file(notes.path) == before);
  CHECK_THROWS_AS(notes.lines("notes", "SELECT 1"), UsageError);
}

TEST_CASE("a table that is not there is named with near ones", "[data]") {
  const Database notes(std::string(kNotes) + "CREATE TABLE other (x);");
  try {
    notes.lines("note");
    FAIL("no error");
  } catch (const NotFoundError& error) {
    CHECK_THAT(error.what(), Contains("has no table 'note'"));
    CHECK(error.hint() == "did you mean 'notes'?");
  }
  try {
    notes.lines("");
    FAIL("no error");
  } catch (const UsageError& error) {
    CHECK(error.hint() == "name one with 'table': it has notes, other");
  }
}

TEST_CASE("a database with a write-ahead log shows what is in the log, and is left alone when there is none",
          "[data]") {
  Database notes("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;" + std::string(kNotes));
  CHECK_THAT(notes.lines("notes"), Contains("\"one\""));  // all of it still lies in the log
  notes.close();                                          // which moves it into the file and removes the log
  REQUIRE(notes.files() == std::vector<std::string>{"notes #1?.db"});
  fs::permissions(notes.folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  CHECK_THAT(notes.lines("notes"), Contains("\"one\""));
  CHECK(notes.files() == std::vector<std::string>{"notes #1?.db"});
  fs::permissions(notes.folder.path(), fs::perms::owner_all);
}

TEST_CASE("a database that is written to while it is read without locks is refused", "[data]") {
  Database notes("PRAGMA journal_mode = WAL;" + std::string(kNotes));
  notes.close();
  const auto table = open_sqlite({notes.path, "notes", ""});
  fs::last_write_time(notes.path, fs::last_write_time(notes.path) + std::chrono::seconds(1));
  std::string block;
  std::vector<std::uint64_t> ends;
  CHECK_THROWS_AS(table->next(block, ends), InputError);
}

TEST_CASE("full-text tables can be read", "[data]") {
  const Database pages(
      "CREATE VIRTUAL TABLE pages USING fts5(title, body); INSERT INTO pages VALUES ('a', 'some words');");
  CHECK(pages.lines("pages") == "{\"title\":\"a\",\"body\":\"some words\"}\n");
  CHECK(pages.lines("", "SELECT title FROM pages WHERE pages MATCH 'words'") == "{\"title\":\"a\"}\n");
}

TEST_CASE("what is not a database, or is damaged, is named", "[data]") {
  Database notes(kNotes);
  notes.run(
      "CREATE TABLE big (text); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) "
      "INSERT INTO big SELECT printf('%0500d', i) FROM n;");
  notes.close();
  const std::string whole = read_file(notes.path);
  const auto read = [&](const std::string& bytes) {
    write_file_atomic(notes.path, bytes);
    return notes.lines("big");
  };
  CHECK_THROWS_AS(read("SQLite"), InputError);
  CHECK_THROWS_AS(read(std::string(4096, 'x')), InputError);
  CHECK_THROWS_AS(read(whole.substr(0, whole.size() / 2)), InputError);
  int errors = 0;
  for (std::size_t at = 100; at < whole.size(); at += 1 + whole.size() / 500) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    try {
      read(damaged);
    } catch (const Error&) {
      ++errors;
    }
  }
  CHECK(errors > 0);
  CHECK_THROWS_AS(open_sqlite({notes.folder.path() / "none.db", "", ""}), NotFoundError);
}

TEST_CASE("many rows come in blocks of bounded size", "[data]") {
  const Database numbers(
      "CREATE TABLE numbers (i, text); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
      "INSERT INTO numbers SELECT i, printf('%0500d', i) FROM n;");
  const auto table = open_sqlite({numbers.path, "numbers", ""});
  std::string block;
  std::vector<std::uint64_t> ends;
  std::size_t rows = 0, blocks = 0;
  for (; table->next(block, ends); ++blocks) {
    CHECK(block.size() < kTableBlockBytes + 1000);
    rows += ends.size();
  }
  CHECK(rows == 20000);
  CHECK(blocks == 3);
}

}  // namespace
}  // namespace llmops::data
