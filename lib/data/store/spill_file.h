// A temporary file without a name: the system removes it with the last of its users.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace llmops::data {

class SpillFile {
 public:
  /// Opened at the first append(). @param folder  made where it is missing
  explicit SpillFile(std::filesystem::path folder) : folder_(std::move(folder)) {}
  SpillFile(SpillFile&& other) noexcept;
  SpillFile& operator=(SpillFile&&) = delete;
  ~SpillFile();

  /// @throws SystemError  when the disk is full
  void append(const void* bytes, std::uint64_t count);
  /// @throws SystemError  for what was never written
  void read(std::uint64_t offset, void* bytes, std::uint64_t count);
  std::uint64_t size() const { return size_; }

 private:
  void flush();

  std::filesystem::path folder_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;  ///< with what is in the buffer
  std::string buffer_;
};

}  // namespace llmops::data
