#include "model/zip_directory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/error.h"

namespace llmops::model {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralEntry = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::uint64_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22, kEnd64Bytes = 56, kLocatorBytes = 20;
constexpr std::uint64_t kMaxComment = 0xffff;
constexpr std::uint32_t kIn64 = 0xffffffff;  // the real value stands in the zip64 extra field

[[noreturn]] void fail(const std::string& origin, std::uint64_t offset, const char* what) {
  throw InputError(fmt::format("{}: offset {}: {}", origin, offset, what), "the file may be cut short; fetch it again");
}

/// Little-endian numbers at checked offsets.
struct Bytes {
  std::span<const std::byte> file;
  const std::string& origin;

  template <typename T>
  T at(std::uint64_t offset) const {
    T value;
    std::memcpy(&value, span(offset, sizeof value).data(), sizeof value);
    return value;
  }
  std::span<const std::byte> span(std::uint64_t offset, std::uint64_t size) const {
    if (offset > file.size() || size > file.size() - offset) fail(origin, offset, "the zip file ends early");
    return file.subspan(offset, size);
  }
};

struct Directory {
  std::uint64_t offset = 0, size = 0, entries = 0;
};

std::uint64_t find_end(const Bytes& bytes) {
  if (bytes.file.size() < kEndBytes) fail(bytes.origin, 0, "too short for a zip file");
  const std::uint64_t last = bytes.file.size() - kEndBytes;
  const std::uint64_t first = last > kMaxComment ? last - kMaxComment : 0;
  for (std::uint64_t offset = last + 1; offset-- > first;) {
    if (bytes.at<std::uint32_t>(offset) == kEnd) return offset;
  }
  fail(bytes.origin, last, "not a zip file (it has no directory at its end)");
}

Directory find_directory(const Bytes& bytes) {
  const std::uint64_t end = find_end(bytes);
  Directory directory{bytes.at<std::uint32_t>(end + 16), bytes.at<std::uint32_t>(end + 12),
                      bytes.at<std::uint16_t>(end + 10)};
  const bool large = directory.offset == kIn64 || directory.size == kIn64 || directory.entries == 0xffff;
  if (large && end >= kLocatorBytes && bytes.at<std::uint32_t>(end - kLocatorBytes) == kEnd64Locator) {
    const auto end64 = bytes.at<std::uint64_t>(end - kLocatorBytes + 8);
    bytes.span(end64, kEnd64Bytes);
    if (bytes.at<std::uint32_t>(end64) != kEnd64)
      fail(bytes.origin, end64, "no zip64 directory where the locator points");
    directory = {bytes.at<std::uint64_t>(end64 + 48), bytes.at<std::uint64_t>(end64 + 40),
                 bytes.at<std::uint64_t>(end64 + 32)};
  }
  bytes.span(directory.offset, directory.size);
  if (directory.entries > directory.size / kCentralBytes)
    fail(bytes.origin, directory.offset, "more entries than the directory holds");
  return directory;
}

/// Takes the sizes and the offset that did not fit 32 bits from the zip64 extra field, in its fixed order.
void read_zip64(const Bytes& bytes, std::uint64_t extra, std::uint64_t length, ZipMember& member) {
  constexpr std::uint16_t kZip64 = 1;
  const std::uint64_t end = extra + length;
  while (extra + 4 <= end) {
    const auto id = bytes.at<std::uint16_t>(extra);
    const auto size = bytes.at<std::uint16_t>(extra + 2);
    std::uint64_t position = extra + 4;
    extra = position + size;
    if (id != kZip64) continue;
    for (std::uint64_t* field : {&member.size, &member.packed, &member.offset}) {
      if (*field != kIn64) continue;
      if (position + 8 > std::min(extra, end)) fail(bytes.origin, position, "zip64 field is too short");
      *field = bytes.at<std::uint64_t>(position);
      position += 8;
    }
  }
}

}  // namespace

std::vector<ZipMember> read_zip_directory(std::span<const std::byte> file, const std::string& origin) {
  const Bytes bytes{file, origin};
  const Directory directory = find_directory(bytes);
  std::vector<ZipMember> members;
  std::uint64_t at = directory.offset;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    bytes.span(at, kCentralBytes);
    if (bytes.at<std::uint32_t>(at) != kCentralEntry) fail(origin, at, "damaged zip directory");
    constexpr std::uint16_t kEncrypted = 1;
    if ((bytes.at<std::uint16_t>(at + 8) & kEncrypted) != 0)
      fail(origin, at, "encrypted zip members are not supported");
    ZipMember member;
    member.method = bytes.at<std::uint16_t>(at + 10);
    member.crc = bytes.at<std::uint32_t>(at + 16);
    member.packed = bytes.at<std::uint32_t>(at + 20);
    member.size = bytes.at<std::uint32_t>(at + 24);
    member.offset = bytes.at<std::uint32_t>(at + 42);
    const auto name_length = bytes.at<std::uint16_t>(at + 28);
    const auto extra_length = bytes.at<std::uint16_t>(at + 30);
    const auto comment_length = bytes.at<std::uint16_t>(at + 32);
    const auto name = bytes.span(at + kCentralBytes, name_length);
    member.name.assign(reinterpret_cast<const char*>(name.data()), name.size());
    bytes.span(at + kCentralBytes + name_length, extra_length);
    read_zip64(bytes, at + kCentralBytes + name_length, extra_length, member);
    members.push_back(std::move(member));
    at += kCentralBytes + name_length + extra_length + comment_length;
  }
  return members;
}

std::span<const std::byte> zip_member_bytes(std::span<const std::byte> file, const ZipMember& member,
                                            const std::string& origin) {
  const Bytes bytes{file, origin};
  bytes.span(member.offset, kLocalBytes);
  if (bytes.at<std::uint32_t>(member.offset) != kLocalHeader)
    fail(origin, member.offset, "no member where the directory points");
  // The local header's own sizes may be absent; its name and extra field may differ in length from the directory's.
  const std::uint64_t skip =
      kLocalBytes + bytes.at<std::uint16_t>(member.offset + 26) + bytes.at<std::uint16_t>(member.offset + 28);
  return bytes.span(member.offset + skip, member.packed);
}

}  // namespace llmops::model
