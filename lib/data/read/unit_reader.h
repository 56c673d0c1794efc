// The input as units: what is read, cleaned, stored and resumed as a whole.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/hash128.h"
#include "data/read/file_reader.h"

namespace llmops::data {

struct ReadFile {
  std::string name;
  std::uint64_t bytes = 0;
  std::string sha256;  ///< "" where it could not be read to its end
};

/// A few megabytes of records: parts of one large file, or several small files.
struct Unit {
  std::uint64_t number = 0;  ///< from 0, in order of the input
  std::vector<Part> parts;

  /// Of all that decides what becomes of the records before any rule is applied: names, lines and bytes.
  Hash128 content(const InputFiles& inputs) const;
};

/// Cuts the files of a recipe, one after the other. Where it cuts depends on the files alone, and around small files on
/// their names, so that a file that is added later moves few of the others into another unit.
class UnitReader {
 public:
  UnitReader(const PrepareRecipe& recipe, const InputFiles& inputs);

  /// @returns false at the end. A file that cannot be read is a part with the reason.
  bool next(Unit& unit);

  /// All of them once next() has returned false, in the order of the input.
  const std::vector<ReadFile>& files() const { return files_; }
  std::uint64_t bytes_read() const { return bytes_; }  ///< of the files, as they lie on disk

 private:
  bool next_part(Part& part);

  const PrepareRecipe& recipe_;
  const InputFiles& inputs_;
  std::vector<ReadFile> files_;
  std::unique_ptr<FileReader> file_;  ///< the last of files_, while it is open
  std::uint64_t next_unit_ = 0, bytes_ = 0, bytes_before_ = 0;
};

}  // namespace llmops::data
