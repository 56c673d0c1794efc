// Merging what rows show of their fields.
#include "data/arrow/row_shape.h"

#include <arrow/type.h>
#include <fmt/format.h>

#include <limits>

#include "core/error.h"

namespace llmops::data {

namespace {

using Kind = RowShape::Kind;

RowShape& field_of(RowShape& object, const std::string& name) {
  for (auto& [known, shape] : object.fields) {
    if (known == name) return shape;
  }
  object.fields.push_back({name, {}});
  return object.fields.back().shape;
}

bool is_number(Kind kind) { return kind == Kind::kInteger || kind == Kind::kNumber; }

arrow::FieldVector arrow_fields(const RowShape& object) {
  arrow::FieldVector fields;
  for (const auto& [name, shape] : object.fields) fields.push_back(arrow::field(name, arrow_type(shape)));
  return fields;
}

}  // namespace

FieldPath field_in(const FieldPath& object, const std::string& name) {
  return object.empty() ? name : object + "." + name;
}

FieldPath item_of(const FieldPath& list) { return list + "[]"; }

Kind kind_of(const Json& value, const FieldPath& path, std::uint64_t row) {
  switch (value.type()) {
    case Json::value_t::boolean: return Kind::kBool;
    case Json::value_t::number_integer: return Kind::kInteger;
    case Json::value_t::number_unsigned:
      if (value.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max()) return Kind::kInteger;
      throw InputError(fmt::format("row {}: '{}' is {}, more than a column of whole numbers holds", row, path,
                                   value.get<std::uint64_t>()),
                       "write it as text");
    case Json::value_t::number_float: return Kind::kNumber;
    case Json::value_t::string: return Kind::kText;
    case Json::value_t::array: return Kind::kList;
    case Json::value_t::object: return Kind::kObject;
    default: return Kind::kUnknown;
  }
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kBool: return "a boolean";
    case Kind::kInteger: return "a whole number";
    case Kind::kNumber: return "a number";
    case Kind::kText: return "text";
    case Kind::kList: return "a list";
    case Kind::kObject: return "an object";
    case Kind::kUnknown: break;
  }
  return "null";
}

void widen(RowShape& shape, const Json& value, const FieldPath& path, std::uint64_t row) {
  const Kind kind = kind_of(value, path, row);
  if (kind == Kind::kUnknown) return;
  if (shape.kind == Kind::kUnknown) {
    shape.kind = kind;
    shape.row = row;
  } else if (is_number(kind) && is_number(shape.kind)) {
    if (kind == Kind::kNumber) shape.kind = kind;
  } else if (kind != shape.kind) {
    throw InputError(
        fmt::format("row {}: '{}' is {}, and {} in row {}", row, path, name_of(kind), name_of(shape.kind), shape.row),
        "a column has one type; write one of them as the other, or as text");
  }
  if (kind == Kind::kObject) {
    for (const auto& [name, field] : value.items()) widen(field_of(shape, name), field, field_in(path, name), row);
  }
  if (kind == Kind::kList) {
    if (shape.item.empty()) shape.item.emplace_back();
    for (const Json& item : value) widen(shape.item[0], item, item_of(path), row);
  }
}

std::shared_ptr<arrow::DataType> arrow_type(const RowShape& shape) {
  switch (shape.kind) {
    case Kind::kBool: return arrow::boolean();
    case Kind::kInteger: return arrow::int64();
    case Kind::kNumber: return arrow::float64();
    case Kind::kList: return arrow::list(arrow_type(shape.item[0]));
    case Kind::kObject: return shape.fields.empty() ? arrow::utf8() : arrow::struct_(arrow_fields(shape));
    case Kind::kText:
    case Kind::kUnknown: break;
  }
  return arrow::utf8();
}

std::shared_ptr<arrow::Schema> arrow_schema(const RowShape& row) { return arrow::schema(arrow_fields(row)); }

}  // namespace llmops::data
