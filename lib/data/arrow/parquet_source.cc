// Parquet a few rows of each column at a time, so that a row group of any size is never held whole.
#include <arrow/io/file.h>
#include <arrow/table.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <stdexcept>

#include "data/arrow/batch_source.h"
#include "data/arrow/file_errors.h"

namespace llmops::data {

namespace {

constexpr std::int64_t kReadAheadBytes = 64 << 10;  // of each column

class ParquetSource final : public BatchSource {
 public:
  ParquetSource(const std::filesystem::path& path, const std::vector<std::string>& wanted) {
    parquet::ReaderProperties file_properties(reading_pool());
    file_properties.enable_buffered_stream();  // else whole column chunks are read at once
    file_properties.set_buffer_size(kReadAheadBytes);
    file_properties.set_page_checksum_verification(true);
    parquet::ArrowReaderProperties properties;
    properties.set_pre_buffer(false);
    parquet::arrow::FileReaderBuilder builder;
    check(builder.Open(check(arrow::io::ReadableFile::Open(path.string(), reading_pool())), file_properties));
    file_ = check(builder.memory_pool(reading_pool())->properties(properties)->Build());
    std::shared_ptr<arrow::Schema> schema;
    check(file_->GetSchema(&schema));
    const std::vector<int> selected = select_columns(*schema, wanted, path);
    names_ = names_of(*schema, selected);
    columns_.resize(selected.size());
    for (std::size_t i = 0; i < selected.size(); ++i) check(file_->GetColumn(selected[i], &columns_[i]));
    rows_left_ = file_->parquet_reader()->metadata()->num_rows();
  }

  const std::vector<std::string>& columns() const override { return names_; }

  std::shared_ptr<arrow::RecordBatch> next(std::int64_t rows) override {
    std::shared_ptr<arrow::RecordBatch> batch;
    if (chunks_) check(chunks_->ReadNext(&batch));
    if (batch || rows_left_ == 0) return batch;
    chunks_ = std::make_unique<arrow::TableBatchReader>(read_columns(std::min(rows, rows_left_)));
    check(chunks_->ReadNext(&batch));
    return batch;
  }

 private:
  std::shared_ptr<arrow::Table> read_columns(std::int64_t rows) {
    std::vector<std::shared_ptr<arrow::Field>> fields;
    std::vector<std::shared_ptr<arrow::ChunkedArray>> values(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      check(columns_[i]->NextBatch(rows, &values[i]));
      if (!values[i] || values[i]->length() != rows) throw std::runtime_error("column '" + names_[i] + "' ends early");
      fields.push_back(arrow::field(names_[i], values[i]->type()));
    }
    rows_left_ -= rows;
    auto table = arrow::Table::Make(arrow::schema(std::move(fields)), std::move(values), rows);
    check(table->Validate());
    return table;
  }

  std::vector<std::string> names_;
  std::unique_ptr<parquet::arrow::FileReader> file_;
  std::vector<std::unique_ptr<parquet::arrow::ColumnReader>> columns_;
  std::unique_ptr<arrow::TableBatchReader> chunks_;  // a column may come in several pieces
  std::int64_t rows_left_ = 0;
};

}  // namespace

std::unique_ptr<BatchSource> open_parquet(const std::filesystem::path& path, const std::vector<std::string>& wanted) {
  return std::make_unique<ParquetSource>(path, wanted);
}

}  // namespace llmops::data
