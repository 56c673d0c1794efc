// One value of an Arrow array as JSON.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace llmops::data {

/// Appends what data/tables/table_reader.h promises of each type.
/// @param array  its offsets are valid (RecordBatch::Validate and ValidateFull have been asked)
/// @param row    below array.length()
/// @throws std::runtime_error  for an index beyond its dictionary
void append_cell(std::string& out, const arrow::Array& array, std::int64_t row);

}  // namespace llmops::data
