// Writes zip archives: members stored as they are, with zip64 sizes.
#include "model/zip_writer.h"

#include <zlib.h>

namespace llmops::model {
namespace {

constexpr std::uint32_t kIn64 = 0xffffffff;
constexpr std::uint16_t kVersion = 45;  // zip64
constexpr std::uint16_t kZip64Field = 1;
constexpr std::uint16_t kUtf8Names = 0x800;
constexpr std::uint32_t kFirstDay = (0U << 25 | 1U << 21 | 1U << 16);  // 1 January 1980: equal content, equal file

class Fields {
 public:
  template <typename T>
  Fields& put(T value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::uint16_t length(const std::string& text) { return static_cast<std::uint16_t>(text.size()); }

/// What the local header and the directory's entry say alike. Sizes stand in the zip64 field (`extra`) always, so that
/// a member of any size is written in one way.
std::string shared_fields(const ZipMember& member, const std::string& extra) {
  return Fields()
      .put(kVersion)
      .put(kUtf8Names)
      .put(member.method)
      .put(kFirstDay)
      .put(member.crc)
      .put(kIn64)
      .put(kIn64)
      .put(length(member.name))
      .put(length(extra))
      .text();
}

std::string local_header(const ZipMember& member) {
  const std::string extra = Fields().put(kZip64Field).put(std::uint16_t{16}).put(member.size).put(member.packed).text();
  return Fields().put(std::uint32_t{0x04034b50}).text() + shared_fields(member, extra) + member.name + extra;
}

std::string directory_entry(const ZipMember& member) {
  const std::string extra =
      Fields().put(kZip64Field).put(std::uint16_t{24}).put(member.size).put(member.packed).put(member.offset).text();
  const std::string rest = Fields()
                               .put(std::uint16_t{0})  // comment
                               .put(std::uint16_t{0})  // disk
                               .put(std::uint16_t{0})  // internal attributes
                               .put(std::uint32_t{0})  // external attributes
                               .put(kIn64)             // offset
                               .text();
  return Fields().put(std::uint32_t{0x02014b50}).put(kVersion).text() + shared_fields(member, extra) + rest +
         member.name + extra;
}

std::string end_of(std::uint64_t entries, std::uint64_t size, std::uint64_t offset) {
  return Fields()
      .put(std::uint32_t{0x06064b50})  // the zip64 end, of 56 bytes
      .put(std::uint64_t{44})
      .put(kVersion)
      .put(kVersion)
      .put(std::uint32_t{0})
      .put(std::uint32_t{0})
      .put(entries)
      .put(entries)
      .put(size)
      .put(offset)
      .put(std::uint32_t{0x07064b50})  // its locator
      .put(std::uint32_t{0})
      .put(offset + size)
      .put(std::uint32_t{1})
      .put(std::uint32_t{0x06054b50})  // the end that every reader looks for
      .put(std::uint16_t{0})
      .put(std::uint16_t{0})
      .put(std::uint16_t{0xffff})
      .put(std::uint16_t{0xffff})
      .put(kIn64)
      .put(kIn64)
      .put(std::uint16_t{0})
      .text();
}

}  // namespace

void ZipWriter::add(const std::string& name, std::initializer_list<std::span<const std::byte>> parts) {
  ZipMember member;
  member.name = name;
  member.offset = file_.size();
  uLong crc = 0;
  for (const std::span<const std::byte> part : parts) {
    member.size += part.size();
    crc = crc32_z(crc, reinterpret_cast<const Bytef*>(part.data()), part.size());
  }
  member.packed = member.size;
  member.crc = static_cast<std::uint32_t>(crc);
  file_.write(local_header(member));
  for (const std::span<const std::byte> part : parts) file_.write(part);
  members_.push_back(std::move(member));
}

void ZipWriter::commit() {
  const std::uint64_t offset = file_.size();
  for (const ZipMember& member : members_) file_.write(directory_entry(member));
  file_.write(end_of(members_.size(), file_.size() - offset, offset));
  file_.commit();
}

}  // namespace llmops::model
