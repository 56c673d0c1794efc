#include "model/gguf_cursor.h"

#include <fmt/format.h>

#include "core/error.h"
#include "model/gguf_types.h"

namespace llmops::model {
namespace {

/// An element takes 40 bytes here and as few as one in the file; the largest real arrays (merges) hold half a million.
constexpr std::uint64_t kMaxArray = std::uint64_t{1} << 22;

/// The fewest bytes that one element of a type takes; 0 for types that cannot be elements.
std::uint64_t element_bytes(std::uint32_t type) {
  switch (static_cast<GgufType>(type)) {
    case GgufType::kU8:
    case GgufType::kI8:
    case GgufType::kBool: return 1;
    case GgufType::kU16:
    case GgufType::kI16: return 2;
    case GgufType::kU32:
    case GgufType::kI32:
    case GgufType::kF32: return 4;
    case GgufType::kString:
    case GgufType::kU64:
    case GgufType::kI64:
    case GgufType::kF64: return 8;
    case GgufType::kArray: return 0;
  }
  return 0;
}

}  // namespace

void GgufCursor::fail(const std::string& message, const std::string& hint) const {
  throw InputError(fmt::format("{}: offset {}: {}", origin_, offset_, message), hint);
}

void GgufCursor::require(std::uint64_t bytes, const char* what) const {
  if (bytes > left()) {
    fail(fmt::format("{} needs {} bytes, {} are left", what, bytes, left()),
         "the file may be cut short; fetch it again");
  }
}

std::string GgufCursor::string(const char* what) {
  const auto length = number<std::uint64_t>(what);
  require(length, what);
  std::string text(reinterpret_cast<const char*>(bytes_.data()) + offset_, length);
  offset_ += length;
  return text;
}

std::uint64_t GgufCursor::count(const char* what, std::uint64_t each) {
  const auto value = number<std::uint64_t>(what);
  if (value > left() / each) {
    fail(fmt::format("{} is {}, which cannot fit in the {} bytes left", what, value, left()),
         "the file may be cut short or damaged");
  }
  return value;
}

GgufValue GgufCursor::array() {
  const auto type = number<std::uint32_t>("type of an array");
  const std::uint64_t each = element_bytes(type);
  if (each == 0) fail(fmt::format("array with elements of type {}, which is not supported", type));
  const std::uint64_t length = count("length of an array", each);
  if (length > kMaxArray) fail(fmt::format("array of {} elements, at most {} are supported", length, kMaxArray));
  auto array = std::make_shared<GgufArray>();
  array->type = type;
  array->values.reserve(length);
  for (std::uint64_t i = 0; i < length; ++i) array->values.push_back(value(type));
  return std::shared_ptr<const GgufArray>(std::move(array));
}

GgufValue GgufCursor::value(std::uint32_t type) {
  switch (static_cast<GgufType>(type)) {
    case GgufType::kU8: return number<std::uint8_t>("value");
    case GgufType::kI8: return number<std::int8_t>("value");
    case GgufType::kU16: return number<std::uint16_t>("value");
    case GgufType::kI16: return number<std::int16_t>("value");
    case GgufType::kU32: return number<std::uint32_t>("value");
    case GgufType::kI32: return number<std::int32_t>("value");
    case GgufType::kF32: return number<float>("value");
    case GgufType::kU64: return number<std::uint64_t>("value");
    case GgufType::kI64: return number<std::int64_t>("value");
    case GgufType::kF64: return number<double>("value");
    case GgufType::kString: return string("string value");
    case GgufType::kArray: return array();
    case GgufType::kBool: {
      const auto byte = number<std::uint8_t>("value");
      if (byte > 1) fail(fmt::format("truth value {}, expected 0 or 1", byte));
      return byte == 1;
    }
  }
  fail(fmt::format("value of unknown type {}", type));
}

}  // namespace llmops::model
