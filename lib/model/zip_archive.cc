#include "model/zip_archive.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/spelling.h"
#include "model/inflate_member.h"
#include "model/zip_directory.h"

namespace llmops::model {

ZipArchive::ZipArchive(const std::filesystem::path& path)
    : file_(path), members_(read_zip_directory(file_.bytes(), path.string())) {}

const ZipMember& ZipArchive::find(const std::string& name) const {
  std::vector<std::string> known;
  for (const ZipMember& member : members_) {
    if (member.name == name) return member;
    known.push_back(member.name);
  }
  throw NotFoundError(fmt::format("{}: member '{}' is not in the archive", file_.path().string(), name),
                      did_you_mean(name, known));
}

void ZipArchive::extract(const ZipMember& member, const std::filesystem::path& destination) const {
  const std::string origin = fmt::format("{}: member '{}'", file_.path().string(), member.name);
  const std::span<const std::byte> packed = zip_member_bytes(file_.bytes(), member, origin);
  AtomicFile out(destination);
  unpack_zip_member(packed, member, origin, out);
  out.commit();
}

}  // namespace llmops::model
