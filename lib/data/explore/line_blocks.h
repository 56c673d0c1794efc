// A file of lines in blocks of whole lines: what lets a file of any size be read in bounded memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::data::explore {

struct LineBlock {
  std::vector<char> buffer;      ///< never made smaller: growing it again would fill it with zeros
  std::string_view bytes;        ///< of `buffer`: whole lines; the last of the file may lack its '\n'
  std::uint64_t offset = 0;      ///< of the first byte in the file
  std::uint64_t first_line = 1;  ///< number of the first line, from 1
};

/// Reads by blocks of about `kBlockBytes`. Of a line longer than `kLongestLine` the beginning is given, the rest is
/// passed over: it is no record then, and the lines behind it are still read.
class LineBlocks {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
  static constexpr std::size_t kLongestLine = std::size_t{64} << 20;

  /// @throws NotFoundError, SystemError
  explicit LineBlocks(const std::filesystem::path& path);
  ~LineBlocks();
  LineBlocks(const LineBlocks&) = delete;
  LineBlocks& operator=(const LineBlocks&) = delete;

  /// @returns false at the end of the file. @throws SystemError, Interrupted
  bool next(LineBlock& block);

 private:
  std::size_t read_more(std::vector<char>& buffer, std::size_t held);
  void skip_line(std::vector<char>& buffer);

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::string rest_;  ///< read, but of no block yet: the beginning of a line
  std::uint64_t offset_ = 0, line_ = 1;
};

std::uint64_t count_newlines(std::string_view bytes);

/// Calls `body(line, number, offset)` for each line that is not blank, without its end and the file's byte order mark.
template <typename Body>
void for_each_line(const LineBlock& block, Body body) {
  const std::string_view bytes = block.bytes;
  std::uint64_t number = block.first_line;
  for (std::size_t begin = 0; begin < bytes.size(); ++number) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    std::string_view line = bytes.substr(begin, end - begin);
    if (block.offset + begin == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) body(line, number, block.offset + begin);
    begin = end + 1;
  }
}

}  // namespace llmops::data::explore
