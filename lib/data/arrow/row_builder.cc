// Arrow's builders, walked along a shape.
#include "data/arrow/row_builder.h"

#include <arrow/array/builder_nested.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/builder.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "data/arrow/file_errors.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

using Kind = RowShape::Kind;

template <typename Builder>
Builder& as(arrow::ArrayBuilder& builder) {
  return static_cast<Builder&>(builder);
}

// Walks one row after the other; knows which, for errors.
class RowAppender {
 public:
  void append(arrow::ArrayBuilder& builder, const RowShape& shape, const Json& value, const FieldPath& path) {
    const bool empty_object = shape.kind == Kind::kObject && shape.fields.empty();
    const Kind kind = kind_of(value, path, row);
    if (kind != Kind::kUnknown) require_kind(shape, kind, path);
    if (kind == Kind::kUnknown || (empty_object && value.empty())) return check(builder.AppendNull());
    switch (shape.kind) {
      case Kind::kBool: return check(as<arrow::BooleanBuilder>(builder).Append(value.get<bool>()));
      case Kind::kInteger: return check(as<arrow::Int64Builder>(builder).Append(value.get<std::int64_t>()));
      case Kind::kNumber: return check(as<arrow::DoubleBuilder>(builder).Append(value.get<double>()));
      case Kind::kText: return append_text(as<arrow::StringBuilder>(builder), value.get_ref<const std::string&>());
      case Kind::kList: return append_list(as<arrow::ListBuilder>(builder), shape, value, path);
      case Kind::kObject:
        if (empty_object) throw_unknown(field_in(path, value.begin().key()));
        return append_object(as<arrow::StructBuilder>(builder), shape, value, path);
      case Kind::kUnknown: break;
    }
  }

  void append_object(arrow::StructBuilder& builder, const RowShape& shape, const Json& object, const FieldPath& path) {
    check(builder.Append());
    std::size_t found = 0;
    for (std::size_t i = 0; i < shape.fields.size(); ++i) {
      const auto& [name, field] = shape.fields[i];
      const auto value = object.find(name);
      arrow::ArrayBuilder& child = *builder.field_builder(static_cast<int>(i));
      if (value == object.end()) {
        check(child.AppendNull());
        continue;
      }
      ++found;
      append(child, field, *value, field_in(path, name));
    }
    if (found < object.size()) require_known(shape, object, path);
  }

  std::uint64_t row = 0;  ///< from 1

 private:
  void append_text(arrow::StringBuilder& builder, const std::string& text) {
    check(text::utf8_valid(text) ? builder.Append(text) : builder.Append(text::utf8_repair(text)));
  }

  void append_list(arrow::ListBuilder& builder, const RowShape& shape, const Json& list, const FieldPath& path) {
    check(builder.Append());
    for (const Json& item : list) append(*builder.value_builder(), shape.item[0], item, item_of(path));
  }

  void require_kind(const RowShape& shape, Kind kind, const FieldPath& path) const {
    if (kind == shape.kind || (kind == Kind::kInteger && shape.kind == Kind::kNumber)) return;
    throw InputError(
        fmt::format("row {}: '{}' is {}, and {} in the rows before", row, path, name_of(kind), name_of(shape.kind)),
        "a column has one type; write one of them as the other, or as text");
  }

  [[noreturn]] void throw_unknown(const FieldPath& path) const {
    throw InputError(fmt::format("row {}: '{}' is not in any row before", row, path),
                     "let it be in the first row as well, null where it has no value");
  }

  void require_known(const RowShape& shape, const Json& object, const FieldPath& path) const {
    for (const auto& [name, value] : object.items()) {
      const bool known = std::any_of(shape.fields.begin(), shape.fields.end(),
                                     [&key = name](const RowField& field) { return field.name == key; });
      if (!known) throw_unknown(field_in(path, name));
    }
  }
};

}  // namespace

std::shared_ptr<arrow::RecordBatch> build_batch(const RowShape& shape, std::span<const Json> rows,
                                                std::uint64_t first_row) {
  const auto schema = arrow_schema(shape);
  const auto builder = check(arrow::MakeBuilder(arrow::struct_(schema->fields())));
  RowAppender appender;
  appender.row = first_row;
  for (const Json& row : rows) {
    appender.append_object(as<arrow::StructBuilder>(*builder), shape, row, "");
    ++appender.row;
  }
  return check(arrow::RecordBatch::FromStructArray(check(builder->Finish())));
}

}  // namespace llmops::data
