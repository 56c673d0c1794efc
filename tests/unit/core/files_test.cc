#include "core/files.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <csignal>

#include "core/error.h"
#include "core/hash.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;

TEST_CASE("an atomic file appears only on commit", "[core]") {
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "sub" / "a.txt";
  {
    AtomicFile file(path);
    file.write("half");
    CHECK_FALSE(fs::exists(path));
  }
  CHECK_FALSE(fs::exists(path));
  CHECK(fs::is_empty(folder.path() / "sub"));
  AtomicFile file(path);
  file.write("0000 whole");
  file.write_at(0, "1234");
  CHECK(file.size() == 10);
  file.commit();
  CHECK(read_file(path) == "1234 whole");
}

TEST_CASE("a failed write leaves the old file and no temporary one", "[core]") {
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "a.bin";
  write_file_atomic(path, "old");
  // A file-size limit fails a write just as a full disk does.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{4096, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  CHECK_THROWS_AS(write_file_atomic(path, std::string(1 << 21, 'x')), SystemError);
  setrlimit(RLIMIT_FSIZE, &before);
  CHECK(read_file(path) == "old");
  CHECK(list_files(folder.path()).size() == 1);
}

TEST_CASE("a folder is swapped whole", "[core]") {
  const test::TemporaryDirectory folder;
  const fs::path target = folder.path() / "out";
  {
    AtomicDirectory out(target, false);
    write_file_atomic(out.path() / "a", "1");
    out.commit();
  }
  CHECK(read_file(target / "a") == "1");
  CHECK_THROWS_WITH(AtomicDirectory(target, false), fmt::format("'{}' already exists", target.string()));
  {
    AtomicDirectory out(target.string() + "/", true);
    write_file_atomic(out.path() / "b", "2");
    out.commit();
  }
  CHECK_FALSE(fs::exists(target / "a"));
  CHECK(read_file(target / "b") == "2");
  {
    AtomicDirectory abandoned(target, true);
    write_file_atomic(abandoned.path() / "c", "3");
  }
  CHECK(list_files(folder.path()) == std::vector<fs::path>{target / "b"});
}

TEST_CASE("reading says what is wrong", "[core]") {
  const test::TemporaryDirectory folder;
  CHECK_THROWS_AS(read_file(folder.path() / "none"), NotFoundError);
  CHECK_THROWS_WITH(read_file(folder.path()), fmt::format("'{}' is a folder, expected a file", folder.path().string()));
  write_file_atomic(folder.path() / "big", "0123456789");
  CHECK_THROWS_AS(read_file(folder.path() / "big", 9), InputError);
  CHECK(read_file(folder.path() / "big", 10).size() == 10);
  CHECK(read_file("/proc/self/status").find("Name:") == 0);
}

TEST_CASE("a map gives the bytes of the file, also of an empty one", "[core]") {
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "empty", "");
  write_file_atomic(folder.path() / "full", "abc");
  CHECK(MappedFile(folder.path() / "empty").bytes().empty());
  MappedFile full(folder.path() / "full");
  const MappedFile moved = std::move(full);
  CHECK(moved.text() == "abc");
}

TEST_CASE("hashes match published vectors and ignore where a folder lies", "[core]") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const test::TemporaryDirectory a, b;
  for (const fs::path& root : {a.path(), b.path()}) {
    write_file_atomic(root / "x" / "1", "one");
    write_file_atomic(root / "2", "two");
  }
  CHECK(sha256_path(a.path()) == sha256_path(b.path()));
  write_file_atomic(b.path() / "2", "TWO");
  CHECK(sha256_path(a.path()) != sha256_path(b.path()));
  CHECK(sha256_path(a.path() / "2") == sha256_hex("two"));
}
