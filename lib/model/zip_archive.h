// Reading members of a zip file (a wheel is one): stored and deflated, with zip64 sizes. Names in it are never used as
// paths. Source: PKWARE's APPNOTE.TXT 6.3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>
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

  bool is_stored() const { return method == 0; }
};

class ZipArchive {
 public:
  /// @throws NotFoundError; InputError  for anything that is not a whole zip file, and for a name that stands twice
  explicit ZipArchive(const std::filesystem::path& path);

  const std::vector<ZipMember>& members() const { return members_; }
  /// @throws NotFoundError  with near names
  const ZipMember& find(const std::string& name) const;
  const ZipMember* find_member(const std::string& name) const;  ///< null when absent
  const std::filesystem::path& path() const { return file_.path(); }

  /// Writes the content to `destination`, which appears whole; its size and CRC are checked.
  /// @throws InputError  for damaged content; SystemError
  void extract(const ZipMember& member, const std::filesystem::path& destination) const;
  /// The content of a member that is stored as it is, in the memory map; its CRC is not checked.
  std::span<const std::byte> stored(const ZipMember& member) const;
  /// The content in memory; its size and CRC are checked.
  /// @param max_bytes  refuse a larger one: a small archive can unpack to a thousand times its size
  std::vector<std::byte> read(const ZipMember& member, std::uint64_t max_bytes) const;

 private:
  std::string origin(const ZipMember& member) const;

  MappedFile file_;
  std::vector<ZipMember> members_;
  std::unordered_map<std::string, std::size_t> by_name_;
};

}  // namespace llmops::model
