// Tables as JSON lines: Parquet, Arrow, SQLite and the registry's own requests look the same to who reads them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::data {

/// About how many bytes of lines one next() gives; a single row may be larger.
inline constexpr std::size_t kTableBlockBytes = std::size_t{4} << 20;

/// Rows in order, each once. One thread at a time.
class TableReader {
 public:
  TableReader() = default;
  virtual ~TableReader();
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  /// Names of the fields of every row, in the order they are written.
  virtual const std::vector<std::string>& columns() const = 0;

  /// The next rows, one JSON object a line; a missing value is a null. Memory is bounded by kTableBlockBytes and the
  /// largest part of the file that must be held at once (a page of Parquet, a batch of Arrow).
  /// @param json_lines  is replaced; every line ends with "\n"
  /// @param ends        is replaced; ends[i] is the offset behind row i's "\n"
  /// @returns whether there were any
  /// @throws InputError  for a file that is cut short or damaged, naming it and the row it could be read to;
  /// Interrupted
  virtual bool next(std::string& json_lines, std::vector<std::uint64_t>& ends) = 0;
};

/// Parquet; Arrow's IPC file, which is Feather version 2; Arrow's IPC stream.
///
/// Values as JSON: text, whole numbers, floats (NaN is null) and booleans as such; timestamps, dates and times in ISO
/// 8601 (UTC with "Z" where the column has a zone); decimals of at most 15 digits as numbers, others as text; bytes in
/// base64; UUIDs in hexadecimal groups; lists as arrays; structs, and maps with text keys, as objects; other maps as
/// lists of {"key", "value"}. The `{bytes, path}` structs of images and sounds keep their path alone.
/// @param format   "parquet", "arrow", or "" to tell by the content
/// @param columns  those wanted; all where empty
/// @throws NotFoundError; InputError (damaged, of no such format, a column that is not there); SystemError (the shared
/// library)
std::unique_ptr<TableReader> open_table(const std::filesystem::path& path, std::string_view format,
                                        const std::vector<std::string>& columns);

}  // namespace llmops::data
