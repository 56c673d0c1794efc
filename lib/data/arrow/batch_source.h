// Files as record batches, whichever format they are in.
#pragma once

#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type_fwd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace llmops::data {

/// What is thrown here is what Arrow throws; who calls it does so within reading_file().
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  /// Names of the columns it gives, each once.
  virtual const std::vector<std::string>& columns() const = 0;
  /// @param rows  about as many are wanted; how a file is cut may give fewer, and the batches of Arrow as many as it
  /// has
  /// @returns null at the end
  virtual std::shared_ptr<arrow::RecordBatch> next(std::int64_t rows) = 0;
};

std::unique_ptr<BatchSource> open_parquet(const std::filesystem::path& path, const std::vector<std::string>& wanted);
std::unique_ptr<BatchSource> open_ipc(const std::filesystem::path& path, const std::vector<std::string>& wanted);

/// Memory for what is read, up to a limit, so that a file which claims a large size is an error and not an allocation.
arrow::MemoryPool* reading_pool();

/// Positions in the schema, in its order. Of columns of one name only the first counts: an object has each key once.
/// @throws InputError  naming near columns for one that is not there; for a file without columns
std::vector<int> select_columns(const arrow::Schema& schema, const std::vector<std::string>& wanted,
                                const std::filesystem::path& path);

std::vector<std::string> names_of(const arrow::Schema& schema, const std::vector<int>& columns);

}  // namespace llmops::data
