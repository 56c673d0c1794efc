// The readers and writers that live in libllmops_arrow.so.
#include "data/tables/table_reader.h"

#include "core/own_library.h"
#include "data/arrow/arrow_table.h"

namespace llmops::data {

namespace {

const ArrowTable& arrow_library() {
  static const void* const table = open_own_library(
      {"libllmops_arrow.so", "LLMOPS_ARROW_LIBRARY", "llmops_arrow_table", "llmops_arrow_library", kArrowAbiVersion});
  return *static_cast<const ArrowTable*>(table);
}

}  // namespace

// Out of line: their type information lives in the binary alone, and the shared library finds it there.
TableReader::~TableReader() = default;
TableWriter::~TableWriter() = default;

std::unique_ptr<TableReader> open_table(const std::filesystem::path& path, std::string_view format,
                                        const std::vector<std::string>& columns) {
  return arrow_library().open(path, format, columns);
}

std::unique_ptr<TableWriter> create_parquet(const std::filesystem::path& path, const ParquetOptions& options) {
  return arrow_library().create_parquet(path, options);
}

}  // namespace llmops::data
