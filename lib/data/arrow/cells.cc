// A switch over Arrow's types; lists, structs and maps call it again for what they hold.
#include "data/arrow/cells.h"

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <arrow/extension_type.h>
#include <arrow/scalar.h>
#include <arrow/util/float16.h>

#include <stdexcept>

#include "data/arrow/file_errors.h"
#include "data/arrow/moments.h"
#include "data/json_text.h"
#include "text/base64.h"

namespace llmops::data {

namespace {

using arrow::Type;

template <typename Derived, typename Base>
const Derived& as(const Base& base) {
  return static_cast<const Derived&>(base);
}

template <typename Array>
void append_number(std::string& out, const arrow::Array& array, std::int64_t row) {
  append_json_number(out, as<Array>(array).Value(row));
}

template <typename Array>
void append_text(std::string& out, const arrow::Array& array, std::int64_t row) {
  append_json_string(out, as<Array>(array).GetView(row));
}

template <typename Array>
void append_bytes(std::string& out, const arrow::Array& array, std::int64_t row) {
  out += '"';
  out += text::encode_base64(as<Array>(array).GetView(row));
  out += '"';
}

// A double holds any decimal of 15 digits; of more, text keeps them all. The column decides, so that its rows are
// alike.
template <typename Array>
void append_decimal(std::string& out, const arrow::Array& array, std::int64_t row) {
  const bool number = as<arrow::DecimalType>(*array.type()).precision() <= 15;
  const std::string digits = as<Array>(array).FormatValue(row);
  number ? void(out += digits) : append_json_string(out, digits);
}

void append_items(std::string& out, const arrow::Array& items, std::int64_t begin, std::int64_t count) {
  out += '[';
  for (std::int64_t i = begin; i < begin + count; ++i) {
    if (i > begin) out += ',';
    append_cell(out, items, i);
  }
  out += ']';
}

template <typename Array>
void append_list(std::string& out, const arrow::Array& array, std::int64_t row) {
  const auto& list = as<Array>(array);
  append_items(out, *list.values(), list.value_offset(row), list.value_length(row));
}

bool is_text(const arrow::DataType& type) {
  return type.id() == Type::STRING || type.id() == Type::LARGE_STRING || type.id() == Type::STRING_VIEW;
}

// Images and sounds as `datasets` stores them: {"bytes": binary, "path": string}.
bool is_media(const arrow::DataType& type) {
  if (type.num_fields() != 2 || type.field(0)->name() != "bytes" || type.field(1)->name() != "path") return false;
  const Type::type bytes = type.field(0)->type()->id();
  return (bytes == Type::BINARY || bytes == Type::LARGE_BINARY || bytes == Type::BINARY_VIEW) &&
         is_text(*type.field(1)->type());
}

void append_struct(std::string& out, const arrow::StructArray& array, std::int64_t row) {
  const arrow::DataType& type = *array.type();
  out += '{';
  const int first = is_media(type) ? 1 : 0;
  for (int i = first; i < type.num_fields(); ++i) {
    if (i > first) out += ',';
    append_json_string(out, type.field(i)->name());
    out += ':';
    append_cell(out, *array.field(i), row);
  }
  out += '}';
}

void append_map(std::string& out, const arrow::MapArray& map, std::int64_t row) {
  const arrow::Array &keys = *map.keys(), &items = *map.items();
  const bool object = is_text(*keys.type());
  const std::int64_t begin = map.value_offset(row), end = begin + map.value_length(row);
  out += object ? '{' : '[';
  for (std::int64_t i = begin; i < end; ++i) {
    if (i > begin) out += ',';
    if (!object) out += "{\"key\":";
    append_cell(out, keys, i);
    out += object ? ":" : ",\"value\":";
    append_cell(out, items, i);
    if (!object) out += '}';
  }
  out += object ? '}' : ']';
}

void append_dictionary(std::string& out, const arrow::DictionaryArray& array, std::int64_t row) {
  const std::int64_t index = array.GetValueIndex(row);
  const arrow::Array& dictionary = *array.dictionary();
  if (index < 0 || index >= dictionary.length()) throw std::runtime_error("an index is beyond its dictionary");
  append_cell(out, dictionary, index);
}

void append_uuid(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  out += '"';
}

void append_extension(std::string& out, const arrow::ExtensionArray& array, std::int64_t row) {
  const auto& type = as<arrow::ExtensionType>(*array.type());
  const arrow::Array& storage = *array.storage();
  if (type.extension_name() == "arrow.uuid" && storage.type_id() == Type::FIXED_SIZE_BINARY) {
    return append_uuid(out, as<arrow::FixedSizeBinaryArray>(storage).GetView(row));
  }
  append_cell(out, storage, row);
}

// Rare types, by way of an array made for each value.
void append_scalar(std::string& out, const arrow::Scalar& scalar) {
  const bool run = scalar.type->id() == Type::RUN_END_ENCODED;
  const auto value = run ? as<arrow::RunEndEncodedScalar>(scalar).value : as<arrow::UnionScalar>(scalar).child_value();
  append_cell(out, *check(arrow::MakeArrayFromScalar(*value, 1)), 0);
}

void append_moment(std::string& out, const arrow::Array& array, std::int64_t row) {
  constexpr std::int64_t kMillisecondsADay = 86'400'000;
  const arrow::DataType& type = *array.type();
  switch (array.type_id()) {
    case Type::DATE32: return append_date(out, as<arrow::Date32Array>(array).Value(row));
    case Type::DATE64: return append_date(out, as<arrow::Date64Array>(array).Value(row) / kMillisecondsADay);
    case Type::TIME32:
      return append_time_of_day(out, as<arrow::Time32Array>(array).Value(row), as<arrow::Time32Type>(type).unit());
    case Type::TIME64:
      return append_time_of_day(out, as<arrow::Time64Array>(array).Value(row), as<arrow::Time64Type>(type).unit());
    case Type::TIMESTAMP: {
      const auto& stamp = as<arrow::TimestampType>(type);
      return append_timestamp(out, as<arrow::TimestampArray>(array).Value(row), stamp.unit(),
                              !stamp.timezone().empty());
    }
    default:
      return append_duration(out, as<arrow::DurationArray>(array).Value(row), as<arrow::DurationType>(type).unit());
  }
}

void append_nested(std::string& out, const arrow::Array& array, std::int64_t row) {
  switch (array.type_id()) {
    case Type::LIST: return append_list<arrow::ListArray>(out, array, row);
    case Type::LARGE_LIST: return append_list<arrow::LargeListArray>(out, array, row);
    case Type::FIXED_SIZE_LIST: return append_list<arrow::FixedSizeListArray>(out, array, row);
    case Type::LIST_VIEW: return append_list<arrow::ListViewArray>(out, array, row);
    case Type::LARGE_LIST_VIEW: return append_list<arrow::LargeListViewArray>(out, array, row);
    case Type::STRUCT: return append_struct(out, as<arrow::StructArray>(array), row);
    case Type::MAP: return append_map(out, as<arrow::MapArray>(array), row);
    case Type::DICTIONARY: return append_dictionary(out, as<arrow::DictionaryArray>(array), row);
    case Type::EXTENSION: return append_extension(out, as<arrow::ExtensionArray>(array), row);
    case Type::SPARSE_UNION:
    case Type::DENSE_UNION:
    case Type::RUN_END_ENCODED: return append_scalar(out, *check(array.GetScalar(row)));
    // Intervals are too rare to be worth more than Arrow's own words for them.
    default: return append_json_string(out, check(array.GetScalar(row))->ToString());
  }
}

}  // namespace

void append_cell(std::string& out, const arrow::Array& array, std::int64_t row) {
  if (array.IsNull(row)) {
    out += "null";
    return;
  }
  switch (array.type_id()) {
    case Type::STRING: return append_text<arrow::StringArray>(out, array, row);
    case Type::LARGE_STRING: return append_text<arrow::LargeStringArray>(out, array, row);
    case Type::STRING_VIEW: return append_text<arrow::StringViewArray>(out, array, row);
    case Type::BINARY: return append_bytes<arrow::BinaryArray>(out, array, row);
    case Type::LARGE_BINARY: return append_bytes<arrow::LargeBinaryArray>(out, array, row);
    case Type::BINARY_VIEW: return append_bytes<arrow::BinaryViewArray>(out, array, row);
    case Type::FIXED_SIZE_BINARY: return append_bytes<arrow::FixedSizeBinaryArray>(out, array, row);
    case Type::BOOL: out += as<arrow::BooleanArray>(array).Value(row) ? "true" : "false"; return;
    case Type::INT8: return append_number<arrow::Int8Array>(out, array, row);
    case Type::INT16: return append_number<arrow::Int16Array>(out, array, row);
    case Type::INT32: return append_number<arrow::Int32Array>(out, array, row);
    case Type::INT64: return append_number<arrow::Int64Array>(out, array, row);
    case Type::UINT8: return append_number<arrow::UInt8Array>(out, array, row);
    case Type::UINT16: return append_number<arrow::UInt16Array>(out, array, row);
    case Type::UINT32: return append_number<arrow::UInt32Array>(out, array, row);
    case Type::UINT64: return append_number<arrow::UInt64Array>(out, array, row);
    case Type::HALF_FLOAT:
      return append_json_number(out,
                                arrow::util::Float16::FromBits(as<arrow::HalfFloatArray>(array).Value(row)).ToFloat());
    case Type::FLOAT: return append_number<arrow::FloatArray>(out, array, row);
    case Type::DOUBLE: return append_number<arrow::DoubleArray>(out, array, row);
    case Type::DECIMAL32: return append_decimal<arrow::Decimal32Array>(out, array, row);
    case Type::DECIMAL64: return append_decimal<arrow::Decimal64Array>(out, array, row);
    case Type::DECIMAL128: return append_decimal<arrow::Decimal128Array>(out, array, row);
    case Type::DECIMAL256: return append_decimal<arrow::Decimal256Array>(out, array, row);
    case Type::DATE32:
    case Type::DATE64:
    case Type::TIME32:
    case Type::TIME64:
    case Type::TIMESTAMP:
    case Type::DURATION: return append_moment(out, array, row);
    default: return append_nested(out, array, row);
  }
}

}  // namespace llmops::data
