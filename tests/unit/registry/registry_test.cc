// Opening: migrations, other people's files, damage, full disks, and several writers at once.
#include "registry/registry.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "core/files.h"
#include "registry/connection.h"
#include "registry/migrations.h"
#include "registry/run.h"
#include "registry/runs.h"
#include "registry/statement.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using llmops::test::TemporaryDirectory;
using namespace llmops::registry;

namespace {

std::int64_t number(Registry& registry, const std::string& sql) {
  Statement row(registry.connection(), sql);
  row.step();
  return row.integer(0);
}

}  // namespace

TEST_CASE("the registry is found by walking up, and LLMOPS_REGISTRY overrides", "[registry]") {
  TemporaryDirectory folder;
  const auto deep = folder.path() / "a" / "b";
  std::filesystem::create_directories(deep);
  CHECK(locate_registry(deep) == deep / ".llmops" / "registry.db");
  {
    Registry registry(folder.path() / ".llmops" / "registry.db");
  }
  CHECK(locate_registry(deep) == folder.path() / ".llmops" / "registry.db");
  ::setenv("LLMOPS_REGISTRY", "/elsewhere/r.db", 1);
  CHECK(locate_registry(deep) == "/elsewhere/r.db");
  ::unsetenv("LLMOPS_REGISTRY");
}

TEST_CASE("migrations apply in order, once, from any earlier schema", "[registry]") {
  TemporaryDirectory folder;
  const auto file = folder.path() / "registry.db";
  {
    Registry registry(file);
    CHECK(number(registry, "PRAGMA user_version") == static_cast<std::int64_t>(migrations().size()));
    Run(registry, {.command = "eval"}).finish({});
    auto steps = migrations();
    steps.push_back("CREATE TABLE of_tomorrow (x INTEGER) STRICT");
    migrate(registry.connection(), file, steps);
    migrate(registry.connection(), file, steps);
    CHECK(number(registry, "SELECT count(*) FROM of_tomorrow") == 0);
    CHECK(number(registry, "SELECT count(*) FROM runs") == 1);
  }
  CHECK_THROWS_WITH(Registry(file), Catch::Contains("has schema 6, this llmops knows 5"));
}

TEST_CASE("a migration that fails leaves the schema as it was", "[registry]") {
  TemporaryDirectory folder;
  Registry registry(folder.path() / "registry.db");
  auto steps = migrations();
  steps.push_back("CREATE TABLE half (x INTEGER) STRICT");
  steps.push_back("CREATE TABLE broken (");
  CHECK_THROWS_AS(migrate(registry.connection(), registry.file(), steps), Error);
  CHECK(number(registry, "PRAGMA user_version") == static_cast<std::int64_t>(migrations().size()));
  CHECK(number(registry, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0);
}

TEST_CASE("a copy holds what the file holds, and changes nothing on disk", "[registry]") {
  TemporaryDirectory folder;
  const auto file = folder.path() / ".llmops" / "registry.db";
  {
    Registry empty(file, Registry::Mode::kCopy);
    CHECK(number(empty, "SELECT count(*) FROM runs") == 0);
  }
  CHECK_FALSE(std::filesystem::exists(file.parent_path()));
  {
    Registry made(file);
    Run(made, {.command = "eval"}).finish({});
  }
  {
    Registry copy(file, Registry::Mode::kCopy);
    CHECK(number(copy, "SELECT count(*) FROM runs") == 1);
    Run(copy, {.command = "eval"}).finish({});
    CHECK(number(copy, "SELECT count(*) FROM runs") == 2);
  }
  Registry registry(file);
  CHECK(number(registry, "SELECT count(*) FROM runs") == 1);
}

TEST_CASE("a file that is no registry is refused by name", "[registry]") {
  TemporaryDirectory folder;
  const auto file = folder.path() / "registry.db";
  SECTION("junk") {
    std::ofstream(file) << "this is a shopping list, and a rather long one";
    CHECK_THROWS_WITH(Registry(file), "'" + file.string() + "' is not a registry");
  }
  SECTION("a few bytes") {
    std::ofstream(file) << "x";
    CHECK_THROWS_AS(Registry(file), InputError);
  }
  SECTION("another program's database") {
    {
      Registry registry(file);
      registry.connection().execute("PRAGMA application_id = 7");
    }
    CHECK_THROWS_WITH(Registry(file), Catch::Contains("is another program's SQLite database"));
  }
  SECTION("damaged") {
    {
      Registry registry(file);
      Run(registry, {.command = "eval"}).finish({});
    }
    std::string bytes = read_file(file);
    for (std::size_t i = 100; i < bytes.size(); ++i) bytes[i] = '\xa5';
    std::ofstream(file, std::ios::binary) << bytes;
    CHECK_THROWS_AS(Registry(file), InputError);
    CHECK_THROWS_WITH(Registry(file), Catch::Contains(file.string()));
  }
  SECTION("a folder that cannot be made") {
    std::ofstream(folder.path() / "plain") << "x";
    CHECK_THROWS_AS(Registry(folder.path() / "plain" / "registry.db"), SystemError);
  }
  SECTION("a folder in its place") {
    std::filesystem::create_directory(file);
    CHECK_THROWS_AS(Registry(file), SystemError);
  }
}

TEST_CASE("a full disk is reported and leaves the registry whole", "[registry]") {
  TemporaryDirectory folder;
  Registry registry(folder.path() / "registry.db");
  Run run(registry, {.command = "train"});
  registry.connection().execute("PRAGMA max_page_count = " + std::to_string(number(registry, "PRAGMA page_count")));
  const auto fill = [&] {
    for (int i = 0; i < 10'000; ++i) run.log_metric("loss", i, i);
  };
  CHECK_THROWS_WITH(fill(), Catch::Contains("no space left on device"));
  registry.connection().execute("PRAGMA max_page_count = 1000000");
  run.log_metric("loss", 1, 1);
  run.finish({});
  Statement check(registry.connection(), "PRAGMA integrity_check");
  check.step();
  CHECK(check.text(0) == "ok");
}

TEST_CASE("threads on one registry and processes on one file lose no write", "[registry]") {
  TemporaryDirectory folder;
  const auto file = folder.path() / "registry.db";
  constexpr int kProcesses = 3, kThreads = 2, kPoints = 50;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    const pid_t child = ::fork();
    if (child == 0) {
      int status = 1;
      try {
        Registry registry(file);  // all create and migrate at once
        Run run(registry, {.command = "train"});
        std::vector<std::thread> threads;
        for (int t = 0; t < kThreads; ++t) {
          threads.emplace_back([&, t] {
            for (int i = 0; i < kPoints; ++i) run.log_metric("m" + std::to_string(t), i, i);
          });
        }
        for (auto& thread : threads) thread.join();
        run.finish({});
        status = 0;
      } catch (...) {
      }
      ::_exit(status);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  Registry registry(file);
  CHECK(number(registry, "SELECT count(*) FROM runs WHERE status = 'finished'") == kProcesses);
  CHECK(number(registry, "SELECT count(*) FROM metrics") == kProcesses * kThreads * kPoints);
}
