#include "model/inflate_member.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::model {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;

/// What has come out so far, with its CRC.
class Output {
 public:
  Output(const ZipMember& member, const std::string& origin, const ZipSink& out)
      : member_(member), origin_(origin), out_(out) {}

  void write(std::span<const std::byte> bytes) {
    throw_if_cancelled();
    written_ += bytes.size();
    if (written_ > member_.size)
      throw InputError(fmt::format("{}: holds more than the {} bytes it declares", origin_, member_.size));
    crc_ = crc32_z(crc_, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
    out_(bytes);
  }
  void check() const {
    if (written_ != member_.size)
      throw InputError(fmt::format("{}: {} bytes, expected {}", origin_, written_, member_.size));
    if (crc_ != member_.crc)
      throw InputError(fmt::format("{}: the checksum does not match", origin_), "the file is damaged; fetch it again");
  }

 private:
  const ZipMember& member_;
  const std::string& origin_;
  const ZipSink& out_;
  std::uint64_t written_ = 0;
  uLong crc_ = 0;
};

struct Inflater {
  Inflater() {
    constexpr int kRawDeflate = -15;  // no zlib header, 32 KiB window
    if (inflateInit2(&stream, kRawDeflate) != Z_OK) throw SystemError("cannot start zlib");
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream stream{};
};

void inflate_all(std::span<const std::byte> packed, const std::string& origin, Output& output) {
  Inflater inflater;
  z_stream& stream = inflater.stream;
  std::vector<std::byte> chunk(kChunk);
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    if (stream.avail_in == 0 && !packed.empty()) {
      const std::size_t take = std::min(packed.size(), kChunk);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
      stream.avail_in = static_cast<uInt>(take);
      packed = packed.subspan(take);
    }
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    status = inflate(&stream, Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END)
      throw InputError(fmt::format("{}: damaged deflate stream", origin), "fetch the file again");
    output.write(std::span<const std::byte>(chunk).first(chunk.size() - stream.avail_out));
  }
}

}  // namespace

void unpack_zip_member(std::span<const std::byte> packed, const ZipMember& member, const std::string& origin,
                       const ZipSink& out) {
  Output output(member, origin, out);
  if (member.method == kStored) {
    for (; !packed.empty(); packed = packed.subspan(std::min(kChunk, packed.size())))
      output.write(packed.first(std::min(kChunk, packed.size())));
  } else if (member.method == kDeflated) {
    inflate_all(packed, origin, output);
  } else {
    throw InputError(fmt::format("{}: compression method {} is not supported", origin, member.method));
  }
  output.check();
}

}  // namespace llmops::model
