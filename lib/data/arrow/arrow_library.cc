// What the binary calls: opening a file by its content, and the table that says where.
#include <fmt/format.h>

#include <fstream>

#include "core/error.h"
#include "data/arrow/arrow_table.h"
#include "data/arrow/batch_rows.h"
#include "data/arrow/file_errors.h"
#include "data/arrow/parquet_writer.h"

namespace llmops::data {

namespace {

std::string first_bytes(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) throw NotFoundError(fmt::format("'{}' does not exist", path.string()));
  if (!std::filesystem::is_regular_file(path)) {
    throw InputError(fmt::format("'{}' is not a file", path.string()),
                     "name the files in it, one input each or by a pattern");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw SystemError(fmt::format("cannot open '{}'", path.string()), "check its permissions");
  std::string bytes(4, '\0');
  file.read(bytes.data(), 4);
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.empty()) throw InputError(fmt::format("'{}' is empty", path.string()));
  return bytes;
}

bool is_parquet(const std::filesystem::path& path, std::string_view format) {
  const std::string head = first_bytes(path);
  if (head == "FEA1") {
    throw InputError(fmt::format("'{}' is Feather version 1, which is not read", path.string()),
                     "write it again with pyarrow.feather.write_feather(..., version=2)");
  }
  return format.empty() ? head == "PAR1" || head == "PARE" : format == "parquet";
}

std::unique_ptr<TableReader> open(const std::filesystem::path& path, std::string_view format,
                                  const std::vector<std::string>& columns) {
  const bool parquet = is_parquet(path, format);
  std::unique_ptr<TableReader> rows;
  const auto problem = [&] {
    return fmt::format("'{}' is not readable as {}", path.string(), parquet ? "Parquet" : "Arrow");
  };
  reading_file(problem, [&] {
    auto source = parquet ? open_parquet(path, columns) : open_ipc(path, columns);
    rows = std::make_unique<BatchRows>(std::move(source), path.string());
  });
  return rows;
}

std::unique_ptr<TableWriter> create(const std::filesystem::path& path, const ParquetOptions& options) {
  return std::make_unique<ParquetWriter>(path, options);
}

constexpr ArrowTable kTable = {kArrowAbiVersion, open, create};

}  // namespace

}  // namespace llmops::data

/// The one name looked up in this library.
extern "C" __attribute__((visibility("default"))) const llmops::data::ArrowTable* llmops_arrow_table() {
  return &llmops::data::kTable;
}
