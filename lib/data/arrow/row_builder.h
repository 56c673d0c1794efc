// JSON rows of one shape into a record batch.
#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <span>

#include "data/arrow/row_shape.h"

namespace llmops::data {

/// @param first_row  number of the first of them, from 1, for errors
/// @throws InputError  for a value that does not fit its column, or a field that has none; std::runtime_error (memory)
std::shared_ptr<arrow::RecordBatch> build_batch(const RowShape& shape, std::span<const Json> rows,
                                                std::uint64_t first_row);

}  // namespace llmops::data
