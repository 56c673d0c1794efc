// Record batches as JSON lines.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/arrow/batch_source.h"
#include "data/tables/table_reader.h"

namespace llmops::data {

class BatchRows final : public TableReader {
 public:
  /// @param path  for errors
  BatchRows(std::unique_ptr<BatchSource> source, std::string path);

  const std::vector<std::string>& columns() const override { return source_->columns(); }
  bool next(std::string& json_lines, std::vector<std::uint64_t>& ends) override;

 private:
  bool next_batch();
  void append_rows(std::string& json_lines, std::vector<std::uint64_t>& ends);

  std::unique_ptr<BatchSource> source_;
  std::string path_;
  std::vector<std::string> keys_;  ///< `{"id":`, `,"text":`
  std::shared_ptr<arrow::RecordBatch> batch_;
  std::vector<std::shared_ptr<arrow::Array>> arrays_;  ///< of batch_
  std::int64_t row_ = 0;                               ///< of batch_, to be written next
  std::uint64_t rows_done_ = 0;
  std::int64_t rows_wanted_ = 64;  ///< of the next batch
};

}  // namespace llmops::data
