// Sources of bytes: what is peeked, hashed and read.
#include "data/read/byte_source.h"

#include <filesystem>
#include <fstream>

#include "support/catch.h"
#include "support/pieces.h"

namespace llmops::data {
namespace {

// Gives its bytes, then damage.
class DamagedSource : public PieceSource {
 public:
  using PieceSource::PieceSource;
  std::size_t read(char* out, std::size_t most) override {
    const std::size_t got = PieceSource::read(out, most);
    if (got == 0) throw InputError("damaged");
    return got;
  }
};

TEST_CASE("what was peeked is read again, in any pieces", "[data]") {
  std::string bytes(100'000, 'x');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 % 251);
  for (const std::size_t most : {1U, 10U, 99'999U, 100'000U, 200'000U}) {
    PeekableSource source(pieces(bytes, 1000));
    CHECK(source.peek(most) == std::string_view(bytes).substr(0, most));
    CHECK(source.ended() == (most > bytes.size()));
    CHECK(drain(source).bytes == bytes);
  }
}

TEST_CASE("peeking waits with damage until what comes before it is read", "[data]") {
  PeekableSource source(std::make_unique<DamagedSource>("before", 4));
  CHECK(source.peek(100) == "before");
  CHECK(source.ended());
  const Drained drained = drain(source, 4);
  CHECK(drained.bytes == "before");
  CHECK(drained.error == "damaged");
}

TEST_CASE("a hash is of all raw bytes, whether or not they were asked for", "[data]") {
  const std::string bytes(300'000, 'a');
  HashingSource source(memory_bytes(bytes));
  char first[10];
  CHECK(source.read(first, sizeof first) == 10);
  CHECK(source.bytes() == 10);
  CHECK(source.finish() == sha256_hex(bytes));
  CHECK(source.bytes() == bytes.size());
}

TEST_CASE("files are read, and those that are not there are named", "[data]") {
  const auto path = std::filesystem::temp_directory_path() / "llmops_byte_source_test";
  std::ofstream(path, std::ios::binary) << "some\0bytes";
  CHECK(drain(*open_file_bytes(path)).bytes == "some");
  std::filesystem::remove(path);
  CHECK_THROWS_AS(open_file_bytes(path), NotFoundError);
  CHECK_THROWS_AS(open_file_bytes("/proc/self/mem")->read(path.string().data(), 1), SystemError);
}

TEST_CASE("a source that is too large for memory is refused by name", "[data]") {
  const auto ten = memory_bytes("0123456789");
  CHECK_THROWS_WITH(read_all(*ten, 9, "page.html"), "'page.html' has more than 9 bytes");
  CHECK(read_all(*memory_bytes("0123456789"), 10, "page.html") == "0123456789");
}

}  // namespace
}  // namespace llmops::data
