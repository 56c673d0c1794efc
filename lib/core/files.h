// Files: whole reads, memory maps, and writes that appear whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace llmops {

namespace fs = std::filesystem;

/// @param max_bytes  refuse a larger file, so that a wrong path never fills memory
/// @throws NotFoundError, SystemError, InputError (too large)
std::string read_file(const fs::path& path, std::uint64_t max_bytes = std::uint64_t{1} << 32);

/// Writes to a temporary name beside `path`, flushes it to disk and renames it.
/// @throws SystemError  names the path and the reason ("no space left on device"); nothing is left behind
void write_file_atomic(const fs::path& path, std::string_view bytes);

/// A file that exists under its name only after commit(); the destructor removes an uncommitted one.
class AtomicFile {
 public:
  explicit AtomicFile(fs::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  void write(std::span<const std::byte> bytes);
  /// Overwrites bytes already written, e.g. a header whose counts are known last.
  void write_at(std::uint64_t offset, std::string_view bytes);
  std::uint64_t size() const { return size_; }
  /// Flush, fsync, rename. Idempotent.
  void commit();

 private:
  void flush();
  fs::path path_;
  fs::path temporary_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::string buffer_;
};

/// A folder that appears whole: write into path(), then commit() renames it to its final name. The destructor removes
/// an uncommitted one. With `replace`, an existing folder is swapped out and removed; without, it is an error at once.
class AtomicDirectory {
 public:
  /// @throws UsageError  if `final_path` exists, is not empty and `replace` is false
  AtomicDirectory(fs::path final_path, bool replace);
  ~AtomicDirectory();
  AtomicDirectory(const AtomicDirectory&) = delete;
  AtomicDirectory& operator=(const AtomicDirectory&) = delete;

  const fs::path& path() const { return temporary_; }
  void commit();

 private:
  fs::path final_path_;
  fs::path temporary_;
  bool committed_ = false;
};

/// A read-only memory map of a whole file.
class MappedFile {
 public:
  explicit MappedFile(const fs::path& path);
  ~MappedFile();
  MappedFile(MappedFile&&) noexcept;
  MappedFile& operator=(MappedFile&&) noexcept;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Regular files below `root` (or `root` itself when it is a file), sorted by path, so that every run sees one order.
std::vector<fs::path> list_files(const fs::path& root);

/// Bytes of a file, or of all files below a folder.
std::uint64_t size_on_disk(const fs::path& path);

}  // namespace llmops
