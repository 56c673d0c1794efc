// A file of stored steps: a head that begins with a magic and a version, then bytes whose hash the head holds.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>

#include "core/hash128.h"

namespace llmops::data {

/// Open for reading. Not safe to share between threads.
class StoredFile {
 public:
  /// @returns none where it cannot be opened
  static std::optional<StoredFile> open(const std::filesystem::path& path);
  StoredFile(StoredFile&& other) noexcept;
  StoredFile& operator=(StoredFile&&) = delete;
  ~StoredFile();

  std::uint64_t size() const { return size_; }

  /// @tparam Head  plain bytes with `magic` and `version`, which are those of the file's format by default
  /// @returns false where the file is shorter, or of another format or version
  template <typename Head>
  bool read_head(Head& head) const {
    const Head expected;
    return read_beginning(&head, sizeof head) && std::memcmp(head.magic, expected.magic, sizeof head.magic) == 0 &&
           head.version == expected.version;
  }

  /// Whether the bytes behind the head are those that were written, which reads all of them.
  bool has_hash(std::uint64_t head_bytes, const Hash128& hash) const;

  /// @throws SystemError  when the file is shorter than it said, or cannot be read
  std::string read(std::uint64_t offset, std::uint64_t size) const;

 private:
  StoredFile(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}
  bool read_beginning(void* to, std::size_t size) const;

  int descriptor_;
  std::uint64_t size_;
};

}  // namespace llmops::data
