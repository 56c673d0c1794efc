// The layouts of packed weights, and their way in and out.
#include "ops/packed_matrix.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "core/error.h"
#include "ops/half.h"

namespace llmops::ops {
namespace {

constexpr int kRow = kTileRows;

/// In the order of PackedFormat.
constexpr std::array<PackedLayout, 8> kLayouts = {{
    {1, 4 * kRow, 0, false, 0},          // kF32
    {1, 2 * kRow, 0, false, 0},          // kF16
    {2, 4 * kRow, 0, false, 0},          // kBf16
    {kGroup, 32 * kRow, 1, false, 128},  // kInt8
    {kGroup, 32 * kRow, 1, true, 0},     // kInt8Min
    {kGroup, 16 * kRow, 1, false, 8},    // kInt4
    {kGroup, 16 * kRow, 1, true, 0},     // kInt4Min
    {kGroup, 24 * kRow, 2, false, 32},   // kInt6
}};
constexpr std::array kNames = {"f32", "f16", "bf16", "int8", "int8-min", "int4", "int4-min", "int6"};

/// Where the four columns 4i to 4i + 3 of a row lie within a step, in bytes from its start.
std::size_t quad(int i, int row) { return static_cast<std::size_t>((i * kRow + row) * 4); }

template <typename T>
T read(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <typename T>
void write(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

void put_number(std::byte* step, PackedFormat format, int row, int column, int q) {
  const int i = column / 4, byte = column % 4;
  const auto set = [&](std::size_t at, int shift, int bits) {
    step[at] |= static_cast<std::byte>((q & ((1 << bits) - 1)) << shift);
  };
  switch (format) {
    case PackedFormat::kInt8:
    case PackedFormat::kInt8Min: step[quad(i, row) + byte] = static_cast<std::byte>(q); return;
    case PackedFormat::kInt6: {
      const int shift = 2 * (i % 4);
      step[quad(4 + i / 4, row) + byte] |= static_cast<std::byte>((q >> 4) << shift);
      set(quad(i % 4, row) + byte, i < 4 ? 0 : 4, 4);
      return;
    }
    default: set(quad(i % 4, row) + byte, i < 4 ? 0 : 4, 4);
  }
}

int get_number(const std::byte* step, PackedFormat format, int row, int column) {
  const int i = column / 4, byte = column % 4;
  const auto at = [&](std::size_t place) { return std::to_integer<int>(step[place + byte]); };
  if (format == PackedFormat::kInt8 || format == PackedFormat::kInt8Min) return at(quad(i, row));
  const int low = (at(quad(i % 4, row)) >> (i < 4 ? 0 : 4)) & 15;
  if (format != PackedFormat::kInt6) return low;
  return low | (((at(quad(4 + i / 4, row)) >> (2 * (i % 4))) & 3) << 4);
}

/// The scales or minima of a step: index 0, 1 are scales, `layout.scales` the minimum.
std::size_t number_at(const PackedLayout& layout, int index, int row) {
  return static_cast<std::size_t>(layout.weight_bytes + 2 * (index * kRow + row));
}

}  // namespace

const char* packed_format_name(PackedFormat format) { return kNames[static_cast<std::size_t>(format)]; }
const PackedLayout& packed_layout(PackedFormat format) { return kLayouts[static_cast<std::size_t>(format)]; }

PackedMatrix::PackedMatrix(PackedFormat format, std::int64_t rows, std::int64_t cols)
    : format_(format), rows_(rows), cols_(cols) {
  const PackedLayout& layout = packed_layout(format);
  if (rows < 1 || cols < 1 || (is_quantized(format) && cols % kGroup != 0)) {
    throw InputError(fmt::format("packed_matrix: ({}, {}) does not fit {}", rows, cols, packed_format_name(format)));
  }
  const std::int64_t steps = (cols + layout.columns - 1) / layout.columns;
  std::int64_t total = 0;
  if (__builtin_mul_overflow(steps, std::int64_t{layout.step_bytes()}, &total) ||
      __builtin_mul_overflow(total, tiles(), &total)) {
    throw InputError(fmt::format("packed_matrix: ({}, {}) is too large", rows, cols));
  }
  tile_bytes_ = static_cast<std::size_t>(steps * layout.step_bytes());
  data_ = Pages(bytes(), Pages::Size::kLarge);
  if (!data_) throw SystemError(fmt::format("no memory for {} bytes of weights", bytes()));
}

void PackedMatrix::set_row(std::int64_t row, std::span<const float> values) {
  std::byte* start = tile(row / kRow);
  const auto r = static_cast<std::size_t>(row % kRow);
  for (std::size_t c = 0; c < values.size(); ++c) {
    switch (format_) {
      case PackedFormat::kF32: write(start + 4 * (c * kRow + r), values[c]); break;
      case PackedFormat::kF16: write(start + 2 * (c * kRow + r), float_to_half(values[c])); break;
      case PackedFormat::kBf16:
        write(start + 2 * ((c / 2 * kRow + r) * 2 + c % 2), float_to_bfloat16(values[c]));
        break;
      default: throw InputError("packed_matrix: rows of a quantized format are set by groups");
    }
  }
}

void PackedMatrix::set_group(std::int64_t row, std::int64_t group, const WeightGroup& values) {
  const PackedLayout& layout = packed_layout(format_);
  if (!is_quantized(format_)) throw InputError("packed_matrix: a dense format has no groups");
  std::byte* step = tile(row / kRow) + group * layout.step_bytes();
  const int r = static_cast<int>(row % kRow);
  for (int c = 0; c < kGroup; ++c) put_number(step, format_, r, c, values.q[c] + layout.zero);
  for (int s = 0; s < layout.scales; ++s) write(step + number_at(layout, s, r), values.scale[s]);
  if (layout.minimum) write(step + number_at(layout, layout.scales, r), values.minimum);
}

void PackedMatrix::get_row(std::int64_t row, std::span<float> out) const {
  const PackedLayout& layout = packed_layout(format_);
  const std::byte* start = tile(row / kRow);
  const auto r = static_cast<std::size_t>(row % kRow);
  for (std::size_t c = 0; c < out.size(); ++c) {
    switch (format_) {
      case PackedFormat::kF32: out[c] = read<float>(start + 4 * (c * kRow + r)); continue;
      case PackedFormat::kF16: out[c] = half_to_float(read<std::uint16_t>(start + 2 * (c * kRow + r))); continue;
      case PackedFormat::kBf16:
        out[c] = bfloat16_to_float(read<std::uint16_t>(start + 2 * ((c / 2 * kRow + r) * 2 + c % 2)));
        continue;
      default: break;
    }
    const std::byte* step = start + static_cast<std::int64_t>(c / kGroup) * layout.step_bytes();
    const int column = static_cast<int>(c % kGroup), part = layout.scales == 2 ? column / 16 : 0;
    const auto number = [&](int index) {
      return half_to_float(read<std::uint16_t>(step + number_at(layout, index, static_cast<int>(r))));
    };
    const int q = get_number(step, format_, static_cast<int>(r), column) - layout.zero;
    out[c] = number(part) * static_cast<float>(q) + (layout.minimum ? number(layout.scales) : 0.0F);
  }
}

}  // namespace llmops::ops
