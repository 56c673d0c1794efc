// Rows across columns; how many are asked for follows from how long they turn out to be.
#include "data/arrow/batch_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/cancel.h"
#include "data/arrow/cells.h"
#include "data/arrow/file_errors.h"
#include "data/json_text.h"

namespace llmops::data {

namespace {

constexpr std::int64_t kMostRows = 8192;  // a batch; keeps the next one small enough when rows grow suddenly

}  // namespace

BatchRows::BatchRows(std::unique_ptr<BatchSource> source, std::string path)
    : source_(std::move(source)), path_(std::move(path)) {
  for (const std::string& name : source_->columns()) {
    std::string key = keys_.empty() ? "{" : ",";
    append_json_string(key, name);
    keys_.push_back(key + ":");
  }
}

bool BatchRows::next(std::string& json_lines, std::vector<std::uint64_t>& ends) {
  throw_if_cancelled();
  json_lines.clear();
  ends.clear();
  const auto problem = [this] { return fmt::format("'{}' is damaged behind row {}", path_, rows_done_); };
  reading_file(problem, [&] {
    while (json_lines.size() < kTableBlockBytes && (batch_ || next_batch())) append_rows(json_lines, ends);
  });
  return !ends.empty();
}

bool BatchRows::next_batch() {
  row_ = 0;
  arrays_.clear();
  batch_ = source_->next(rows_wanted_);
  if (!batch_) return false;
  for (int i = 0; i < batch_->num_columns(); ++i) arrays_.push_back(batch_->column(i));
  return true;
}

void BatchRows::append_rows(std::string& json_lines, std::vector<std::uint64_t>& ends) {
  const std::size_t begin = json_lines.size();
  const std::int64_t first = row_;
  for (; row_ < batch_->num_rows() && json_lines.size() < kTableBlockBytes; ++row_) {
    for (std::size_t column = 0; column < arrays_.size(); ++column) {
      json_lines += keys_[column];
      append_cell(json_lines, *arrays_[column], row_);
    }
    json_lines += "}\n";
    ends.push_back(json_lines.size());
    ++rows_done_;
  }
  if (row_ > first) {
    const auto bytes_a_row = static_cast<std::int64_t>(json_lines.size() - begin) / (row_ - first) + 1;
    const auto fitting = static_cast<std::int64_t>(kTableBlockBytes / 2) / bytes_a_row;
    rows_wanted_ = std::clamp<std::int64_t>(fitting, 1, std::min(kMostRows, rows_wanted_ * 2));
  }
  if (row_ == batch_->num_rows()) batch_.reset();
}

}  // namespace llmops::data
