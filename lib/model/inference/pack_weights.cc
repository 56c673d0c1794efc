// Packing tile by tile on all threads: blocks by their own readers, floats of the same width as words, all else by way
// of float32.
#include "model/inference/pack_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "model/inference/pack_blocks.h"
#include "model/mapped_pages.h"

namespace llmops::model {
namespace {

using ops::kTileRows;
using ops::PackedFormat;
using ops::PackedMatrix;

/// Of the file, for one task: little beside a model, much beside the cost of a task.
constexpr std::size_t kBytesPerTask = std::size_t{1} << 20;

PackedFormat float_format(DType dtype) {
  switch (dtype) {
    case DType::kF16: return PackedFormat::kF16;
    case DType::kBF16: return PackedFormat::kBf16;
    default: return PackedFormat::kF32;
  }
}

std::optional<DType> stored_type(PackedFormat format) {
  switch (format) {
    case PackedFormat::kF32: return DType::kF32;
    case PackedFormat::kF16: return DType::kF16;
    case PackedFormat::kBf16: return DType::kBF16;
    default: return std::nullopt;
  }
}

constexpr float kHalfLimit = 65520;  ///< from here on half precision rounds to infinity

bool fits_half(float value) { return std::fabs(value) < kHalfLimit; }

/// Transposes words of `count` rows. @param T  one column, or two of bfloat16
template <typename T>
void pack_words(const TileRows& rows, std::int64_t words, std::byte* tile) {
  for (std::int64_t w = 0; w < words; ++w) {
    for (int row = 0; row < rows.count; ++row) {
      std::memcpy(tile + (w * kTileRows + row) * static_cast<std::int64_t>(sizeof(T)),
                  rows.at[static_cast<std::size_t>(row)] + w * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
    }
  }
}

void pack_same_floats(const TileRows& rows, std::int64_t cols, PackedFormat format, std::byte* tile) {
  switch (format) {
    case PackedFormat::kF16: return pack_words<std::uint16_t>(rows, cols, tile);
    case PackedFormat::kBf16: return pack_words<std::uint32_t>(rows, cols / 2, tile);
    default: return pack_words<float>(rows, cols, tile);
  }
}

/// Tiles of one matrix, by the shortest way from the stored bytes.
class Packer {
 public:
  Packer(const StoredRows& stored, PackedMatrix& matrix) : stored_(stored), matrix_(matrix) {
    blocks_ = block_packing(stored.view.dtype);
    if (stored.transposed) values_ = to_float32(stored.view);
    // bfloat16 goes by two columns.
    same_ = stored.view.dtype == stored_type(matrix.format()) &&
            (matrix.format() != PackedFormat::kBf16 || stored.cols() % 2 == 0);
  }

  std::size_t row_bytes() const { return tensor_bytes(stored_.view.dtype, static_cast<std::uint64_t>(stored_.cols())); }

  void pack(std::int64_t tile) {
    const std::int64_t first = tile * kTileRows;
    const int count = static_cast<int>(std::min<std::int64_t>(kTileRows, matrix_.rows() - first));
    if (stored_.transposed) return pack_columns(first, count);
    TileRows rows;
    rows.count = count;
    for (int i = 0; i < count; ++i) {
      rows.at[static_cast<std::size_t>(i)] = stored_.view.bytes.data() + stored_.row(first + i) * row_bytes();
    }
    if (blocks_ != nullptr) {
      return check_finite(blocks_->pack(rows, matrix_.cols() / ops::kGroup, matrix_.tile(tile)));
    }
    if (same_) return pack_same_floats(rows, matrix_.cols(), matrix_.format(), matrix_.tile(tile));
    std::vector<float> values(static_cast<std::size_t>(matrix_.cols()));
    for (int i = 0; i < count; ++i) {
      to_float32({"", stored_.view.dtype, {matrix_.cols()}, {rows.at[static_cast<std::size_t>(i)], row_bytes()}},
                 values);
      if (matrix_.format() == PackedFormat::kF16) check_finite(std::all_of(values.begin(), values.end(), fits_half));
      matrix_.set_row(first + i, values);
    }
  }

 private:
  /// One infinity would make all that the model says no number, far from where it came from.
  void check_finite(bool finite) const {
    if (finite) return;
    throw InputError(fmt::format("tensor '{}' has {} numbers beyond half precision", stored_.view.name,
                                 dtype_name(stored_.view.dtype)),
                     "no trained model has such weights: the file may be broken, or converted from a broken one");
  }

  void pack_columns(std::int64_t first, int count) {
    const auto out = static_cast<std::size_t>(matrix_.rows());
    std::vector<float> values(static_cast<std::size_t>(matrix_.cols()));
    for (int i = 0; i < count; ++i) {
      for (std::size_t c = 0; c < values.size(); ++c) values[c] = values_[c * out + stored_.row(first + i)];
      matrix_.set_row(first + i, values);
    }
  }

  const StoredRows& stored_;
  PackedMatrix& matrix_;
  const BlockPacking* blocks_;
  std::vector<float> values_;  ///< (in, out), of a matrix stored transposed
  bool same_ = false;
};

}  // namespace

PackedFormat packed_format(const StoredRows& stored, std::optional<PackedFormat> dense) {
  if (const BlockPacking* packing = block_packing(stored.view.dtype)) return packing->format;
  // What a shared exponent gives may be beyond half precision.
  if (stored.view.dtype == DType::kMXFP4) return PackedFormat::kF32;
  if (block_elements(stored.view.dtype) > 1) return PackedFormat::kF16;
  return dense.value_or(float_format(stored.view.dtype));
}

PackedMatrix pack_weights(const StoredRows& stored, PackedFormat format, ops::ThreadPool& pool) {
  PackedMatrix matrix(format, stored.rows(), stored.cols());
  Packer packer(stored, matrix);
  const std::byte* bytes = stored.view.bytes.data();
  const auto tile_bytes = packer.row_bytes() * kTileRows;
  const auto step = static_cast<std::int64_t>(std::max<std::size_t>(1, kBytesPerTask / tile_bytes));
  const bool in_order = stored.mapped && stored.order.empty() && !stored.transposed;
  pool.run((matrix.tiles() + step - 1) / step, [&](std::int64_t task, int) {
    const std::int64_t first = task * step, last = std::min(first + step, matrix.tiles());
    for (std::int64_t tile = first; tile < last; ++tile) packer.pack(tile);
    const std::int64_t end = std::min(last * kTileRows, matrix.rows());
    if (in_order) {
      release_pages({bytes + static_cast<std::size_t>(first) * tile_bytes,
                     bytes + static_cast<std::size_t>(end) * packer.row_bytes()});
    }
  });
  if (stored.mapped) release_pages(stored.view.bytes);
  return matrix;
}

PackedMatrix pack_values(const std::vector<float>& values, std::int64_t rows) {
  const std::size_t cols = values.size() / static_cast<std::size_t>(rows);
  PackedMatrix matrix(PackedFormat::kF32, rows, static_cast<std::int64_t>(cols));
  for (std::int64_t row = 0; row < rows; ++row) {
    matrix.set_row(row, std::span(values).subspan(static_cast<std::size_t>(row) * cols, cols));
  }
  return matrix;
}

}  // namespace llmops::model
