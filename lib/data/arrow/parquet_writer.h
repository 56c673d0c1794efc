// The Parquet side of TableWriter: rows are held until they make a row group.
#pragma once

#include <memory>
#include <vector>

#include "data/arrow/row_shape.h"
#include "data/tables/table_writer.h"

namespace parquet::arrow {
class FileWriter;
}

namespace llmops::data {

class ParquetWriter final : public TableWriter {
 public:
  ParquetWriter(std::filesystem::path path, const ParquetOptions& options);
  ~ParquetWriter() override;

  void add(Json row) override;
  void finish() override;

 private:
  class Sink;
  void start();
  void write_rows();

  std::filesystem::path path_;
  ParquetOptions options_;
  RowShape shape_;
  std::shared_ptr<Sink> sink_;
  std::unique_ptr<parquet::arrow::FileWriter> file_;  ///< from the first row group on
  std::vector<Json> rows_;                            ///< of the next row group
  std::uint64_t bytes_ = 0;                           ///< of rows_
  std::uint64_t rows_written_ = 0;
};

}  // namespace llmops::data
