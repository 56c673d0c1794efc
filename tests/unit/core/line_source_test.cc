// Lines as they arrive: neither waiting for more than one, nor giving them one by one when many are there.
#include "core/line_source.h"

#include <unistd.h>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

struct Pipe {
  Pipe() { REQUIRE(::pipe(ends) == 0); }
  ~Pipe() {
    ::close(ends[0]);
    finish();
  }
  void write(std::string_view text) { REQUIRE(::write(ends[1], text.data(), text.size()) == ssize_t(text.size())); }
  void finish() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
  int ends[2] = {-1, -1};
};

std::vector<std::string> texts(const std::vector<LineSource::Line>& lines) {
  std::vector<std::string> found;
  for (const auto& line : lines) found.push_back(line.text);
  return found;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a line is given before the next one is written", "[core]") {
  Pipe pipe;
  LineSource source(pipe.ends[0], "input");
  pipe.write("one\ntw");
  CHECK(texts(source.take(10)) == Texts{"one"});
  pipe.write("o\r\nthree\nfour\nfive");
  CHECK(texts(source.take(2)) == Texts{"two", "three"});
  pipe.finish();
  const auto rest = source.take(10);
  CHECK(texts(rest) == Texts{"four", "five"});
  CHECK(rest[1].number == 5);
  CHECK(source.take(10).empty());
}

TEST_CASE("lines of a file keep blank ones and lose the byte order mark", "[core]") {
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "a.txt", "\xEF\xBB\xBFone\n\n\xEF\xBB\xBFtwo\n");
  LineSource source(folder.path() / "a.txt");
  CHECK(texts(source.take(10)) == Texts{"one", "", "\xEF\xBB\xBFtwo"});
  CHECK(source.take(10).empty());
  CHECK_THROWS_AS(LineSource(folder.path() / "missing"), NotFoundError);
}

TEST_CASE("lines longer than a read are whole", "[core]") {
  const test::TemporaryDirectory folder;
  const std::string line(1'000'000, 'x');
  write_file_atomic(folder.path() / "a.txt", line + "\n" + line);
  LineSource source(folder.path() / "a.txt");
  CHECK(texts(source.take(10)) == Texts{line, line});
}
