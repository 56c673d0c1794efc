#include "model/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>

#include "core/error.h"
#include "core/json.h"
#include "core/spelling.h"

namespace llmops::model {
namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the reference reader's limit
constexpr std::size_t kMaxDimensions = 16;

/// Where a tensor's bytes lie, counted from the end of the header.
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  TensorView view;
};

DType parse_dtype(const std::string& name, const std::string& where) {
  static const std::pair<const char*, DType> kTypes[] = {
      {"F32", DType::kF32}, {"F16", DType::kF16}, {"BF16", DType::kBF16}, {"F64", DType::kF64}, {"I8", DType::kI8},
      {"U8", DType::kU8},   {"I16", DType::kI16}, {"I32", DType::kI32},   {"I64", DType::kI64}, {"BOOL", DType::kBool},
  };
  std::vector<std::string> known;
  for (const auto& [text, dtype] : kTypes) {
    if (name == text) return dtype;
    known.emplace_back(text);
  }
  throw InputError(fmt::format("{}: dtype '{}' is not supported", where, name), did_you_mean(name, known));
}

std::uint64_t parse_unsigned(const Json& value, const std::string& where, const char* what) {
  if (!value.is_number_unsigned())
    throw InputError(fmt::format("{}: {} is {}, expected a count", where, what, dump_json(value)));
  return value.get<std::uint64_t>();
}

/// @returns the product of the sizes
std::uint64_t parse_shape(const Json& shape, const std::string& where, TensorView& view) {
  if (!shape.is_array() || shape.size() > kMaxDimensions)
    throw InputError(fmt::format("{}: 'shape' is not a list of sizes", where));
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 8;  // as bytes, too
  std::uint64_t elements = 1;
  for (const Json& size : shape) {
    const std::uint64_t value = parse_unsigned(size, where, "a size in 'shape'");
    if (value > kMax || (value != 0 && elements > kMax / value))
      throw InputError(fmt::format("{}: 'shape' overflows", where));
    elements *= value;
    view.shape.push_back(static_cast<std::int64_t>(value));
  }
  return elements;
}

Range parse_tensor(const std::string& name, const Json& entry, std::uint64_t data_bytes, const std::string& origin) {
  const std::string where = fmt::format("{}: tensor '{}'", origin, name);
  if (!entry.is_object() || !entry.contains("dtype") || !entry.contains("shape") || !entry.contains("data_offsets")) {
    throw InputError(fmt::format("{}: expected 'dtype', 'shape' and 'data_offsets'", where));
  }
  Range range;
  range.view.name = name;
  range.view.dtype = parse_dtype(json_get<std::string>(entry, "dtype", where), where);
  const std::uint64_t elements = parse_shape(entry["shape"], where, range.view);
  const Json& offsets = entry["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2)
    throw InputError(fmt::format("{}: 'data_offsets' is not a pair", where));
  range.begin = parse_unsigned(offsets[0], where, "an offset");
  range.end = parse_unsigned(offsets[1], where, "an offset");
  if (range.begin > range.end || range.end > data_bytes) {
    throw InputError(
        fmt::format("{}: bytes {} to {} lie outside the data, which has {}", where, range.begin, range.end, data_bytes),
        "the file may be cut short; fetch it again");
  }
  const std::uint64_t expected = tensor_bytes(range.view.dtype, elements);
  if (range.end - range.begin != expected) {
    throw InputError(fmt::format("{}: {} bytes, expected {} for its shape", where, range.end - range.begin, expected));
  }
  return range;
}

/// The format allows neither holes nor overlaps; a name written twice shows as a hole.
void check_coverage(const std::vector<Range>& ranges, std::uint64_t data_bytes, const std::string& origin) {
  std::uint64_t position = 0;
  for (const Range& range : ranges) {
    if (range.begin != position) {
      throw InputError(fmt::format("{}: tensor '{}' begins at byte {} of the data, expected {} ({})", origin,
                                   range.view.name, range.begin, position, range.begin < position ? "overlap" : "gap"));
    }
    position = range.end;
  }
  if (position != data_bytes) {
    throw InputError(fmt::format("{}: the data has {} bytes, its tensors take {}", origin, data_bytes, position));
  }
}

std::string_view header_text(std::span<const std::byte> file, const std::string& origin) {
  if (file.size() < kLengthBytes)
    throw InputError(fmt::format("{}: {} bytes is too short for a safetensors file", origin, file.size()));
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), kLengthBytes);
  if (length > kMaxHeaderBytes || length > file.size() - kLengthBytes) {
    throw InputError(fmt::format("{}: the header claims {} bytes, the file has {}", origin, length, file.size()),
                     "it is not a safetensors file, or it was cut short");
  }
  return {reinterpret_cast<const char*>(file.data()) + kLengthBytes, static_cast<std::size_t>(length)};
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::span<const std::byte> file, const std::string& origin) {
  const std::string_view text = header_text(file, origin);
  const Json json = parse_json(text, origin + ": header");
  if (!json.is_object()) throw InputError(fmt::format("{}: the header is not a JSON object", origin));
  const std::span<const std::byte> data = file.subspan(kLengthBytes + text.size());
  SafetensorsHeader header;
  std::vector<Range> ranges;
  for (const auto& [name, entry] : json.items()) {
    if (name == "__metadata__") {
      if (!entry.is_object()) throw InputError(fmt::format("{}: '__metadata__' is not an object", origin));
      for (const auto& [key, value] : entry.items()) {
        header.metadata[key] = value.is_string() ? value.get<std::string>() : dump_json(value);
      }
      continue;
    }
    ranges.push_back(parse_tensor(name, entry, data.size(), origin));
  }
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.begin != b.begin ? a.begin < b.begin : a.end < b.end; });
  check_coverage(ranges, data.size(), origin);
  for (Range& range : ranges) {
    range.view.bytes = data.subspan(range.begin, range.end - range.begin);
    header.tensors.push_back(std::move(range.view));
  }
  return header;
}

}  // namespace llmops::model
