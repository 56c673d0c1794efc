// Element types of tensor files: their names, sizes, and how their bytes become float32.
#include "model/tensor_file.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>

#include "core/error.h"

namespace llmops::model {
namespace {

constexpr int kQuantBlock = 32;

struct TypeInfo {
  const char* name;
  int elements;
  int bytes;
};

const TypeInfo& info(DType dtype) {
  static constexpr TypeInfo kTypes[] = {
      {"F32", 1, 4},
      {"F16", 1, 2},
      {"BF16", 1, 2},
      {"F64", 1, 8},
      {"I8", 1, 1},
      {"U8", 1, 1},
      {"I16", 1, 2},
      {"I32", 1, 4},
      {"I64", 1, 8},
      {"BOOL", 1, 1},
      {"Q4_0", kQuantBlock, 18},
      {"Q4_1", kQuantBlock, 20},
      {"Q8_0", kQuantBlock, 34},
  };
  return kTypes[static_cast<int>(dtype)];
}

/// Files align tensors to 8 or 32 bytes only where their writer cared; memcpy reads at any address.
template <typename T>
T load(const std::byte* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <typename T, typename Convert>
void convert_each(const std::byte* bytes, std::span<float> out, Convert convert) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = convert(load<T>(bytes + i * sizeof(T)));
}

/// w = d q
void decode_q8_0(const std::byte* block, float* out) {
  const float d = half_to_float(load<std::uint16_t>(block));
  for (int i = 0; i < kQuantBlock; ++i) out[i] = d * static_cast<float>(load<std::int8_t>(block + 2 + i));
}

/// w = d (q - 8); byte j holds q[j] low and q[j + 16] high
void decode_q4_0(const std::byte* block, float* out) {
  const float d = half_to_float(load<std::uint16_t>(block));
  for (int j = 0; j < kQuantBlock / 2; ++j) {
    const int byte = std::to_integer<int>(block[2 + j]);
    out[j] = d * static_cast<float>((byte & 15) - 8);
    out[j + kQuantBlock / 2] = d * static_cast<float>((byte >> 4) - 8);
  }
}

/// w = d q + m, nibbles as in Q4_0
void decode_q4_1(const std::byte* block, float* out) {
  const float d = half_to_float(load<std::uint16_t>(block));
  const float m = half_to_float(load<std::uint16_t>(block + 2));
  for (int j = 0; j < kQuantBlock / 2; ++j) {
    const int byte = std::to_integer<int>(block[4 + j]);
    out[j] = d * static_cast<float>(byte & 15) + m;
    out[j + kQuantBlock / 2] = d * static_cast<float>(byte >> 4) + m;
  }
}

void decode_blocks(const TensorView& view, std::span<float> out, void (*decode)(const std::byte*, float*)) {
  const std::size_t bytes = static_cast<std::size_t>(block_bytes(view.dtype));
  for (std::size_t i = 0; i < out.size() / kQuantBlock; ++i)
    decode(view.bytes.data() + i * bytes, &out[i * kQuantBlock]);
}

template <typename T>
float to_float(T value) {
  return static_cast<float>(value);
}

}  // namespace

std::string dtype_name(DType dtype) { return info(dtype).name; }
int block_elements(DType dtype) { return info(dtype).elements; }
int block_bytes(DType dtype) { return info(dtype).bytes; }

std::uint64_t tensor_bytes(DType dtype, std::uint64_t elements) {
  const auto per_block = static_cast<std::uint64_t>(block_elements(dtype));
  const auto bytes = static_cast<std::uint64_t>(block_bytes(dtype));
  if (elements % per_block != 0) {
    throw InputError(
        fmt::format("{} elements are not whole blocks of {} ({})", elements, per_block, dtype_name(dtype)));
  }
  if (elements / per_block > std::numeric_limits<std::uint64_t>::max() / bytes) {
    throw InputError(fmt::format("{} elements of {} overflow", elements, dtype_name(dtype)));
  }
  return elements / per_block * bytes;
}

std::int64_t TensorView::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t size : shape) product *= size;
  return product;
}

void to_float32(const TensorView& view, std::span<float> out) {
  if (out.size() != static_cast<std::uint64_t>(view.elements()) ||
      view.bytes.size() != tensor_bytes(view.dtype, out.size())) {
    throw InputError(fmt::format("tensor '{}' has {} elements in {} bytes, read as {}", view.name, view.elements(),
                                 view.bytes.size(), out.size()));
  }
  const std::byte* bytes = view.bytes.data();
  switch (view.dtype) {
    case DType::kF32: return convert_each<float>(bytes, out, to_float<float>);
    case DType::kF16: return convert_each<std::uint16_t>(bytes, out, half_to_float);
    case DType::kBF16: return convert_each<std::uint16_t>(bytes, out, bfloat16_to_float);
    case DType::kF64: return convert_each<double>(bytes, out, to_float<double>);
    case DType::kI8: return convert_each<std::int8_t>(bytes, out, to_float<std::int8_t>);
    case DType::kU8: return convert_each<std::uint8_t>(bytes, out, to_float<std::uint8_t>);
    case DType::kI16: return convert_each<std::int16_t>(bytes, out, to_float<std::int16_t>);
    case DType::kI32: return convert_each<std::int32_t>(bytes, out, to_float<std::int32_t>);
    case DType::kI64: return convert_each<std::int64_t>(bytes, out, to_float<std::int64_t>);
    case DType::kBool:
      return convert_each<std::uint8_t>(bytes, out, [](std::uint8_t value) { return value != 0 ? 1.0F : 0.0F; });
    case DType::kQ4_0: return decode_blocks(view, out, decode_q4_0);
    case DType::kQ4_1: return decode_blocks(view, out, decode_q4_1);
    case DType::kQ8_0: return decode_blocks(view, out, decode_q8_0);
  }
}

}  // namespace llmops::model
