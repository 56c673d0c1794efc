// JSON rows into Parquet: the same rows always make the same bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "core/json.h"

namespace llmops::data {

struct ParquetOptions {
  std::uint64_t row_group_bytes = std::uint64_t{64} << 20;  ///< of values before compression; larger reads faster, and
                                                            ///< takes more memory to write and to read
  int zstd_level = 3;
};

/// The columns are those of the rows of the first row group, in the order in which they appear: text, booleans, whole
/// numbers (64 bits), numbers, lists and objects of these, all of which may be null or absent. A column of which all
/// are null is text.
class TableWriter {
 public:
  TableWriter() = default;
  virtual ~TableWriter();
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;

  /// @param row  an object
  /// @throws InputError  for a field of another type than in the rows before, or one the first row group did not have:
  /// "row 7: 'score' is text, and a number in row 1"; SystemError
  virtual void add(Json row) = 0;

  /// Writes what is left and gives the file its name. Without it nothing is left behind.
  /// @throws InputError  where no row was added, as there would be no columns; SystemError
  virtual void finish() = 0;
};

/// @throws SystemError
std::unique_ptr<TableWriter> create_parquet(const std::filesystem::path& path, const ParquetOptions& options = {});

}  // namespace llmops::data
