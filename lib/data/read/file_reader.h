// One input file as parts: runs of whole records, each small enough to be held in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/hash.h"
#include "data/read/byte_source.h"
#include "data/read/inputs.h"
#include "data/read/slices.h"

namespace llmops::data {

constexpr std::size_t kLargestRecord = std::size_t{64} << 20;  ///< bytes; a larger one is rejected, and its head shown

/// Slices of one file that lie together. Movable: the bytes stay where the slices point.
struct Part {
  std::uint32_t file = 0;              ///< index into InputFiles::files
  std::unique_ptr<std::string> bytes;  ///< null where the file could not be read
  std::vector<Slice> slices;
  std::vector<std::string> header;  ///< column names of a CSV file; none where they cannot be read
  std::string damage;               ///< why the file could not be read on behind this part; "" where it could
};

/// Reads a file once, from its beginning to its end, and hashes it on the way.
class FileReader {
 public:
  /// @param records  how text is cut: "file", "paragraph" or "line"
  /// @throws NotFoundError, SystemError  when it cannot be opened
  FileReader(const InputFile& file, std::uint32_t index, std::string records);

  /// @param most  bytes after which a part ends; one record may be longer
  /// @returns false at the end. A file that breaks off (damaged, gone) ends with a part that says so.
  bool next(std::size_t most, Part& part);

  std::uint64_t bytes() const { return bytes_; }      ///< of the file, read so far
  std::string sha256();                               ///< of the file; "" where it broke off. Call once, at the end
  std::uint64_t decoded() const { return decoded_; }  ///< bytes of text read so far

 private:
  std::size_t read_more(std::size_t most);
  bool skip_long_record(Part& part);
  void take_header(Part& part);

  InputFile file_;
  std::uint32_t index_;
  std::string records_;
  std::unique_ptr<ByteSource> source_;
  Sha256 hash_;
  std::string buffer_;  ///< of the file, not yet cut
  std::vector<std::string> header_;
  std::string damage_;
  std::uint64_t line_ = 1;
  std::uint64_t bytes_ = 0, decoded_ = 0;
  bool started_ = false, ended_ = false, header_taken_ = false, damage_told_ = false;
};

}  // namespace llmops::data
