#include "model/zip_archive.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/spelling.h"
#include "model/inflate_member.h"
#include "model/zip_directory.h"

namespace llmops::model {

ZipArchive::ZipArchive(const std::filesystem::path& path)
    : file_(path), members_(read_zip_directory(file_.bytes(), path.string())) {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!by_name_.emplace(members_[i].name, i).second)
      throw InputError(fmt::format("{}: member '{}' stands twice", path.string(), members_[i].name));
  }
}

const ZipMember* ZipArchive::find_member(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &members_[found->second];
}

const ZipMember& ZipArchive::find(const std::string& name) const {
  if (const ZipMember* member = find_member(name)) return *member;
  std::vector<std::string> known;
  for (const ZipMember& member : members_) known.push_back(member.name);
  throw NotFoundError(fmt::format("{}: member '{}' is not in the archive", file_.path().string(), name),
                      did_you_mean(name, known));
}

std::string ZipArchive::origin(const ZipMember& member) const {
  return fmt::format("{}: member '{}'", file_.path().string(), member.name);
}

void ZipArchive::extract(const ZipMember& member, const std::filesystem::path& destination) const {
  const std::span<const std::byte> packed = zip_member_bytes(file_.bytes(), member, origin(member));
  AtomicFile out(destination);
  unpack_zip_member(packed, member, origin(member), [&out](std::span<const std::byte> bytes) { out.write(bytes); });
  out.commit();
}

std::span<const std::byte> ZipArchive::stored(const ZipMember& member) const {
  const std::span<const std::byte> bytes = zip_member_bytes(file_.bytes(), member, origin(member));
  if (!member.is_stored()) throw InputError(fmt::format("{} is compressed", origin(member)));
  if (bytes.size() != member.size)
    throw InputError(fmt::format("{}: {} bytes, expected {}", origin(member), bytes.size(), member.size));
  return bytes;
}

std::vector<std::byte> ZipArchive::read(const ZipMember& member, std::uint64_t max_bytes) const {
  if (member.size > max_bytes) {
    throw InputError(fmt::format("{}: {} bytes unpacked, at most {} are read", origin(member), member.size, max_bytes));
  }
  std::vector<std::byte> content;  // grows with what is there, whatever size is declared
  unpack_zip_member(
      zip_member_bytes(file_.bytes(), member, origin(member)), member, origin(member),
      [&content](std::span<const std::byte> bytes) { content.insert(content.end(), bytes.begin(), bytes.end()); });
  return content;
}

}  // namespace llmops::model
