// Reading members of a zip file (a wheel is one): stored and deflated, with zip64 sizes. Names in it are never used as
// paths. Source: PKWARE's APPNOTE.TXT 6.3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/files.h"

namespace llmops::model {

struct ZipMember {
  std::string name;
  std::uint16_t method = 0;  ///< 0 stored, 8 deflated
  std::uint32_t crc = 0;     ///< CRC-32 of the content
  std::uint64_t packed = 0;  ///< bytes in the archive
  std::uint64_t size = 0;    ///< bytes of the content
  std::uint64_t offset = 0;  ///< of its local header
};

class ZipArchive {
 public:
  /// @throws NotFoundError; InputError  for anything that is not a whole zip file
  explicit ZipArchive(const std::filesystem::path& path);

  const std::vector<ZipMember>& members() const { return members_; }
  /// @throws NotFoundError  with near names
  const ZipMember& find(const std::string& name) const;

  /// Writes the content to `destination`, which appears whole; its size and CRC are checked.
  /// @throws InputError  for damaged content; SystemError
  void extract(const ZipMember& member, const std::filesystem::path& destination) const;

 private:
  MappedFile file_;
  std::vector<ZipMember> members_;
};

}  // namespace llmops::model
