// gzip and zstd: several members, damage, bombs, pieces of any size.
#include "data/read/compression.h"

#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "support/catch.h"
#include "support/pieces.h"

namespace llmops::data {
namespace {

std::string deflated(const std::string& text, int window_bits) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string gzip(const std::string& text) { return deflated(text, 16 + MAX_WBITS); }

std::string zstd(const std::string& text, int window_log = 0) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log > 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  // A frame that does not know its size needs the whole window.
  ZSTD_inBuffer input{text.data(), text.size(), 0};
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  ZSTD_compressStream2(context, &output, &input, ZSTD_e_continue);
  REQUIRE(ZSTD_compressStream2(context, &output, &input, ZSTD_e_end) == 0);
  ZSTD_freeCCtx(context);
  out.resize(output.pos);
  return out;
}

// Text that compresses a little.
std::string sample(std::size_t size) {
  std::mt19937 random(7);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 11);
  return text;
}

Drained read(const std::string& bytes, Compression compression, std::size_t piece = 4096) {
  return drain(*decompressed(pieces(bytes, piece), compression, "f.gz"), piece);
}

TEST_CASE("members and frames follow each other, in pieces of any size", "[data]") {
  const std::string text = sample(50'000);
  const std::string both = text + text;
  for (const std::size_t piece : {1U, 2U, 3U, 13U, 4096U, 1'000'000U}) {
    CHECK((read(gzip(text) + gzip("") + gzip(text), Compression::kGzip, piece).bytes == both));
    CHECK((read(zstd(text) + zstd("") + zstd(text), Compression::kZstd, piece).bytes == both));
    CHECK((read(text, Compression::kNone, piece).bytes == text));
  }
}

TEST_CASE("http's deflate is with or without zlib's frame", "[data]") {
  const std::string text = sample(10'000);
  CHECK(read(deflated(text, MAX_WBITS), Compression::kDeflate).bytes == text);
  CHECK(read(deflated(text, -MAX_WBITS), Compression::kDeflate).bytes == text);
}

TEST_CASE("a stream that is cut off gives all before, then names the byte", "[data]") {
  const std::string text = sample(1'000'000);  // several of zstd's blocks
  for (const auto& [bytes, compression, format] :
       {std::tuple{gzip(text), Compression::kGzip, "gzip"}, std::tuple{zstd(text), Compression::kZstd, "zstd"}}) {
    for (const std::size_t cut : {bytes.size() / 2, bytes.size() - 1}) {
      const Drained drained = read(bytes.substr(0, cut), compression, 1000);
      CHECK(drained.error ==
            "'f.gz' is no whole " + std::string(format) + " stream: it is cut off at byte " + std::to_string(cut));
      CHECK(drained.bytes.size() > text.size() / 4);
      CHECK(text.compare(0, drained.bytes.size(), drained.bytes) == 0);
    }
    CHECK(read(bytes + bytes.substr(0, 5), compression).bytes.compare(text) == 0);
    CHECK_FALSE(read(bytes + bytes.substr(0, 5), compression).error.empty());
  }
}

TEST_CASE("a damaged byte costs what lies behind it", "[data]") {
  const std::string text = sample(300'000);
  std::string bytes = gzip(text) + gzip("more");
  const std::size_t at = bytes.size() - 40;  // behind the text: in its checksum, or nearly so
  bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
  const Drained drained = read(bytes, Compression::kGzip);
  CHECK(drained.bytes.size() > 250'000);
  CHECK(drained.bytes.compare(0, 250'000, text, 0, 250'000) == 0);
  CHECK_THAT(drained.error, Catch::Matchers::StartsWith("'f.gz' is no whole gzip stream: "));

  std::string frame = zstd(text);
  frame[frame.size() / 2] = static_cast<char>(frame[frame.size() / 2] ^ 0x55);
  CHECK_FALSE(read(frame, Compression::kZstd).error.empty());
}

TEST_CASE("padding zeros behind a gzip member are no damage, other bytes are", "[data]") {
  CHECK(read(gzip("text") + std::string(1000, '\0'), Compression::kGzip).error.empty());
  const Drained drained = read(gzip("text") + "tail", Compression::kGzip);
  CHECK(drained.bytes == "text");
  CHECK(drained.error == "'f.gz' is no whole gzip stream: other data follow at byte 24");
  CHECK(read("", Compression::kGzip).error == "'f.gz' is no whole gzip stream: it is empty at byte 0");
}

TEST_CASE("a bomb of a gigabyte passes through a small buffer", "[data]") {
  std::string bomb = gzip(std::string(std::size_t{64} << 20, '\0'));
  std::string bombs;
  for (int i = 0; i < 4; ++i) bombs += bomb;
  const auto source = decompressed(memory_bytes(bombs), Compression::kGzip);
  std::string buffer(std::size_t{1} << 20, ' ');
  std::uint64_t bytes = 0;
  while (const std::size_t got = source->read(buffer.data(), buffer.size())) bytes += got;
  CHECK(bytes == std::uint64_t{4} * 64 << 20);
  CHECK(bombs.size() < 300'000);
}

TEST_CASE("a zstd window that needs more than 128 MiB is refused", "[data]") {
  const Drained drained = read(zstd(sample(1000), 28), Compression::kZstd);
  CHECK(drained.bytes.empty());
  CHECK_THAT(drained.error, Catch::Matchers::Contains("memory") || Catch::Matchers::Contains("indow"));
  CHECK(read(zstd(sample(1000), 27), Compression::kZstd).error.empty());
}

TEST_CASE("the first bytes win over the extension", "[data]") {
  CHECK(compression_of(gzip("a"), ".jsonl") == Compression::kGzip);
  CHECK(compression_of(zstd("a"), ".gz") == Compression::kZstd);
  CHECK(compression_of("{\"a\": 1}", ".gz") == Compression::kNone);
  CHECK(compression_of("caf\xC3", ".zst") ==
        Compression::kNone);  // a character cut off by the end of what was looked at
  CHECK(compression_of(std::string_view("\0\x8b\x08garbage", 10), ".gz") == Compression::kGzip);
  CHECK(compression_of(std::string_view("\0\0\0\0", 4), ".jsonl") == Compression::kNone);
  CHECK(compression_of("\x5A\x2A\x4D\x18....", "") == Compression::kZstd);
  CHECK(compression_of("", ".zst") == Compression::kZstd);

  const auto path = std::filesystem::temp_directory_path() / "llmops_compression_test.txt";
  std::ofstream(path, std::ios::binary) << zstd("text");
  CHECK(compression_of(path) == Compression::kZstd);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace llmops::data
