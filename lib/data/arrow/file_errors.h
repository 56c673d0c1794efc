// What Arrow and Parquet say of a bad file, as the typed errors of core.
#pragma once

#include <arrow/result.h>
#include <arrow/status.h>

#include <functional>
#include <string>
#include <utility>

namespace llmops::data {

/// @throws std::runtime_error  with Arrow's words, for reading_file() to explain
void check(const arrow::Status& status);

template <typename T>
T check(arrow::Result<T>&& result) {
  check(result.status());
  return std::move(result).ValueUnsafe();
}

/// Runs `body`; what Arrow or Parquet throw in it becomes one InputError: "'x.parquet' is damaged behind row 12:
/// REASON".
/// @param problem  "'x.parquet' is damaged behind row 12"; asked for only when needed
void reading_file(const std::function<std::string()>& problem, const std::function<void()>& body);

/// The same for writing, where the disk is to blame: SystemError.
void writing_file(const std::string& path, const std::function<void()>& body);

}  // namespace llmops::data
