// What type each field of JSON rows has, found by looking at rows.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::data {

struct RowField;

struct RowShape {
  enum class Kind { kUnknown, kBool, kInteger, kNumber, kText, kList, kObject };  ///< unknown: only nulls were seen
  Kind kind = Kind::kUnknown;
  std::uint64_t row = 0;         ///< that showed the kind first, from 1
  std::vector<RowField> fields;  ///< of an object, in order of appearance
  std::vector<RowShape> item;    ///< of a list: one
};

struct RowField {
  std::string name;
  RowShape shape;
};

/// Where in a row a value stands, for errors: "messages[].role".
using FieldPath = std::string;
FieldPath field_in(const FieldPath& object, const std::string& name);
FieldPath item_of(const FieldPath& list);

/// @throws InputError  for a whole number that 64 bits with a sign do not hold
RowShape::Kind kind_of(const Json& value, const FieldPath& path, std::uint64_t row);
const char* name_of(RowShape::Kind kind);

/// Widens `shape` so that it holds `value` as well; whole numbers among numbers make a column of numbers.
/// @throws InputError  for a value of another kind than in an earlier row, naming both
void widen(RowShape& shape, const Json& value, const FieldPath& path, std::uint64_t row);

/// Unknown kinds, and objects without fields, which Parquet cannot hold, become text.
std::shared_ptr<arrow::DataType> arrow_type(const RowShape& shape);
std::shared_ptr<arrow::Schema> arrow_schema(const RowShape& row);

}  // namespace llmops::data
