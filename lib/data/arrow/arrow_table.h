// The seam between the binary and libllmops_arrow.so, which alone links Arrow and Parquet: a table of plain functions.
#pragma once

#include "data/tables/table_reader.h"
#include "data/tables/table_writer.h"

namespace llmops::data {

/// Bumped with any change of the table or of a struct that crosses it: a library of another build is refused.
inline constexpr int kArrowAbiVersion = 1;

struct ArrowTable {
  int abi_version;
  std::unique_ptr<TableReader> (*open)(const std::filesystem::path&, std::string_view format,
                                       const std::vector<std::string>& columns);
  std::unique_ptr<TableWriter> (*create_parquet)(const std::filesystem::path&, const ParquetOptions&);
};

}  // namespace llmops::data
