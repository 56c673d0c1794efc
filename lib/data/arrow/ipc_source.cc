// Arrow's own two formats, mapped into memory: a batch costs memory only where it is compressed.
#include <arrow/buffer.h>
#include <arrow/io/file.h>
#include <arrow/ipc/reader.h>
#include <arrow/type.h>

#include <limits>
#include <stdexcept>

#include "data/arrow/batch_source.h"
#include "data/arrow/file_errors.h"

namespace llmops::data {

namespace {

using arrow::io::MemoryMappedFile;

constexpr std::string_view kFileMagic = "ARROW1";
// A stream's last eight bytes. Without them nothing tells a whole stream from one that was cut between two batches.
constexpr std::string_view kStreamEnd{"\xFF\xFF\xFF\xFF\0\0\0\0", 8};
constexpr std::string_view kOldStreamEnd{"\0\0\0\0", 4};  // of Arrow before 0.15

std::shared_ptr<MemoryMappedFile> map_file(const std::filesystem::path& path) {
  return check(MemoryMappedFile::Open(path.string(), arrow::io::FileMode::READ));
}

std::string_view bytes_at(const std::shared_ptr<arrow::Buffer>& buffer) {
  return {reinterpret_cast<const char*>(buffer->data()), static_cast<std::size_t>(buffer->size())};
}

arrow::ipc::IpcReadOptions read_options() {
  auto options = arrow::ipc::IpcReadOptions::Defaults();
  options.memory_pool = reading_pool();
  options.use_threads = false;
  options.ensure_alignment = arrow::ipc::Alignment::kDataTypeSpecificAlignment;  // a damaged file may have any
  return options;
}

// What both formats check of a batch: IPC itself trusts the offsets in it.
std::shared_ptr<arrow::RecordBatch> checked(std::shared_ptr<arrow::RecordBatch> batch) {
  if (batch->num_rows() > std::numeric_limits<std::int32_t>::max())
    throw std::runtime_error("a batch claims too many rows");
  check(batch->ValidateFull());
  return batch;
}

class FileSource final : public BatchSource {
 public:
  FileSource(const std::filesystem::path& path, const std::vector<std::string>& wanted) {
    const auto file = map_file(path);
    auto options = read_options();
    reader_ = check(arrow::ipc::RecordBatchFileReader::Open(file, options));
    options.included_fields = select_columns(*reader_->schema(), wanted, path);
    names_ = names_of(*reader_->schema(), options.included_fields);
    reader_ = check(arrow::ipc::RecordBatchFileReader::Open(file, options));
  }

  const std::vector<std::string>& columns() const override { return names_; }

  std::shared_ptr<arrow::RecordBatch> next(std::int64_t) override {
    return at_ == reader_->num_record_batches() ? nullptr : checked(check(reader_->ReadRecordBatch(at_++)));
  }

 private:
  std::shared_ptr<arrow::ipc::RecordBatchFileReader> reader_;
  std::vector<std::string> names_;
  int at_ = 0;
};

class StreamSource final : public BatchSource {
 public:
  StreamSource(const std::filesystem::path& path, const std::vector<std::string>& wanted) : file_(map_file(path)) {
    auto options = read_options();
    const auto schema = check(arrow::ipc::RecordBatchStreamReader::Open(file_.get(), options))->schema();
    options.included_fields = select_columns(*schema, wanted, path);
    names_ = names_of(*schema, options.included_fields);
    check(file_->Seek(0));
    reader_ = check(arrow::ipc::RecordBatchStreamReader::Open(file_.get(), options));
  }

  const std::vector<std::string>& columns() const override { return names_; }

  std::shared_ptr<arrow::RecordBatch> next(std::int64_t) override {
    std::shared_ptr<arrow::RecordBatch> batch;
    check(reader_->ReadNext(&batch));
    if (batch) return checked(std::move(batch));
    check_end();
    return nullptr;
  }

 private:
  void check_end() {
    const std::int64_t end = check(file_->Tell()), size = check(file_->GetSize());
    const auto head = check(file_->ReadAt(0, 4));
    const bool old = bytes_at(head) != kStreamEnd.substr(0, 4);
    const std::string_view mark = old ? kOldStreamEnd : kStreamEnd;
    const auto length = static_cast<std::int64_t>(mark.size());
    const auto tail = check(file_->ReadAt(std::max<std::int64_t>(end - length, 0), length));
    if (bytes_at(tail) != mark) throw std::runtime_error("the stream is cut short: its end mark is missing");
    if (end < size) throw std::runtime_error("there is something else behind the end of the stream");
  }

  std::shared_ptr<MemoryMappedFile> file_;
  std::shared_ptr<arrow::ipc::RecordBatchStreamReader> reader_;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<BatchSource> open_ipc(const std::filesystem::path& path, const std::vector<std::string>& wanted) {
  const auto head = check(map_file(path)->ReadAt(0, static_cast<std::int64_t>(kFileMagic.size())));
  if (bytes_at(head) == kFileMagic) return std::make_unique<FileSource>(path, wanted);
  return std::make_unique<StreamSource>(path, wanted);
}

}  // namespace llmops::data
