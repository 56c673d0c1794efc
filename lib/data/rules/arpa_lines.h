// Lines of a text file that may be gzip, one at a time, in bounded memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace llmops::data {

class ArpaLines {
 public:
  /// @throws NotFoundError, SystemError
  explicit ArpaLines(const std::filesystem::path& path);
  ~ArpaLines();
  ArpaLines(const ArpaLines&) = delete;
  ArpaLines& operator=(const ArpaLines&) = delete;

  /// @param line  without "\n" or "\r\n"; valid until the next call
  /// @returns false at the end
  /// @throws InputError  for a line above 16 MiB, or gzip data that is broken or cut
  bool next(std::string_view& line);
  std::uint64_t number() const { return number_; }  ///< of the last line, from 1
  const std::string& name() const { return name_; }
  [[noreturn]] void fail(const std::string& why) const;

 private:
  bool read_more();

  struct File;
  std::unique_ptr<File> file_;
  std::string name_, buffer_;
  std::size_t begin_ = 0;
  std::uint64_t number_ = 0;
  bool ended_ = false;
};

}  // namespace llmops::data
