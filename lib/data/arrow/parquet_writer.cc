// Row groups of Parquet, with nothing in the file that differs from one run to the next.
#include "data/arrow/parquet_writer.h"

#include <arrow/io/interfaces.h>
#include <arrow/type.h>
#include <fmt/format.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "data/arrow/file_errors.h"
#include "data/arrow/row_builder.h"

namespace llmops::data {

namespace {

// About what a value takes in its column.
std::uint64_t size_of(const Json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().size() + 4;
  if (!value.is_structured()) return 8;
  std::uint64_t bytes = 4;
  for (const Json& part : value) bytes += size_of(part);
  return bytes;
}

std::shared_ptr<parquet::WriterProperties> writer_properties(const ParquetOptions& options) {
  parquet::WriterProperties::Builder builder;
  builder.created_by("llmops");  // the default names a version, which would change the bytes
  builder.compression(arrow::Compression::ZSTD)->compression_level(options.zstd_level);
  builder.enable_page_checksum();
  return builder.build();
}

}  // namespace

// Arrow writes into a file that gets its name at the end.
class ParquetWriter::Sink final : public arrow::io::OutputStream {
 public:
  explicit Sink(const std::filesystem::path& path) : file(path) { set_mode(arrow::io::FileMode::WRITE); }

  arrow::Status Write(const void* data, std::int64_t bytes) override {
    file.write(std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(bytes)));
    return arrow::Status::OK();
  }
  arrow::Status Close() override {
    closed_ = true;
    return arrow::Status::OK();
  }
  arrow::Result<std::int64_t> Tell() const override { return static_cast<std::int64_t>(file.size()); }
  bool closed() const override { return closed_; }

  AtomicFile file;

 private:
  bool closed_ = false;
};

ParquetWriter::ParquetWriter(std::filesystem::path path, const ParquetOptions& options)
    : path_(std::move(path)), options_(options), sink_(std::make_shared<Sink>(path_)) {
  shape_.kind = RowShape::Kind::kObject;
}

ParquetWriter::~ParquetWriter() = default;

void ParquetWriter::add(Json row) {
  if (!row.is_object()) {
    throw InputError(
        fmt::format("row {} is {}, expected an object", rows_written_ + rows_.size() + 1, row.type_name()));
  }
  bytes_ += size_of(row);
  rows_.push_back(std::move(row));
  if (bytes_ >= options_.row_group_bytes) write_rows();
}

void ParquetWriter::start() {
  for (std::size_t i = 0; i < rows_.size(); ++i) widen(shape_, rows_[i], "", i + 1);
  if (shape_.fields.empty())
    throw InputError(fmt::format("'{}' would have no columns", path_.string()), "add a row first");
  file_ = check(parquet::arrow::FileWriter::Open(*arrow_schema(shape_), arrow::default_memory_pool(), sink_,
                                                 writer_properties(options_)));
}

void ParquetWriter::write_rows() {
  throw_if_cancelled();
  writing_file(path_.string(), [&] {
    if (!file_) start();
    check(file_->NewBufferedRowGroup());
    check(file_->WriteRecordBatch(*build_batch(shape_, rows_, rows_written_ + 1)));
  });
  rows_written_ += rows_.size();
  rows_.clear();
  bytes_ = 0;
}

void ParquetWriter::finish() {
  if (!rows_.empty() || !file_) write_rows();
  writing_file(path_.string(), [&] { check(file_->Close()); });
  sink_->file.commit();
}

}  // namespace llmops::data
