// One input file as parts: runs of whole records, each small enough to be held in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/read/inputs.h"
#include "data/read/slices.h"

namespace llmops::data {

constexpr std::size_t kHeadBytes = 4096;                       ///< of a record too long to be read, or not to be read
constexpr std::size_t kLargestRecord = std::size_t{64} << 20;  ///< bytes; a larger one is rejected, and its head shown

/// Slices of one file that lie together. Movable: the bytes stay where the slices point.
struct Part {
  std::uint32_t file = 0;              ///< index into InputFiles::files
  std::unique_ptr<std::string> bytes;  ///< null where the file could not be read
  std::vector<Slice> slices;
  std::vector<std::string> header;  ///< column names of a CSV file; none where they cannot be read
  std::string damage;               ///< why the file could not be read on behind this part; "" where it could
};

/// Reads a file once, from its beginning to its end: unpacks it, brings it to UTF-8, cuts it into records, and hashes
/// it on the way.
class FileReader {
 public:
  virtual ~FileReader() = default;

  /// @param most  bytes after which a part ends; one record may be longer
  /// @returns false at the end. A file that breaks off (damaged, gone) ends with a part that says so.
  virtual bool next(std::size_t most, Part& part) = 0;

  virtual std::uint64_t bytes() const = 0;  ///< of the file as it lies on disk, read so far
  virtual std::string sha256() = 0;         ///< of the file; "" where it could not be read. Call once, at the end
};

/// @param spec  that names the file
/// @throws NotFoundError, SystemError  when it cannot be opened; InputError for a table that is none
std::unique_ptr<FileReader> open_file(const InputFile& file, std::uint32_t index, const InputSpec& spec);

}  // namespace llmops::data
