// Weights of a linear layer as the kernels read them.
//
// Rows lie in tiles of 16, so that one vector register holds the same column of 16 rows: a product needs no sum across
// a register, and each weight is read once, in order, whatever the number of tokens. All instruction sets share the
// layout. A tile's columns follow one another; the rows that a last tile lacks are zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ops/pages.h"

namespace llmops::ops {

inline constexpr int kTileRows = 16;
inline constexpr int kGroup = 32;  ///< columns that share a scale

enum class PackedFormat {
  kF32,      ///< [column][row]
  kF16,      ///< [column][row], IEEE half
  kBf16,     ///< [column / 2][row][2]
  kInt8,     ///< group: [8][row][4] of q + 128, then [row] half scales: w = scale * q
  kInt8Min,  ///< likewise with q in 0..255, then [row] half minima: w = scale * q + minimum
  kInt4,     ///< group: [4][row][4], low half column 4i + b, high half column 16 + 4i + b, of q + 8; then scales
  kInt4Min,  ///< likewise with q in 0..15, then minima
  kInt6,  ///< group: low halves as kInt4, then [2][row][4] of 2 bits four columns apart, q + 32; scales of 16 columns
};

const char* packed_format_name(PackedFormat format);
/// Whether columns share scales by groups; else the format is dense.
inline bool is_quantized(PackedFormat format) { return format >= PackedFormat::kInt8; }

/// How one group of 32 columns, or one column of a dense format, of a tile is laid out.
struct PackedLayout {
  int columns;       ///< that a step covers: 32; 1; 2 for kBf16
  int weight_bytes;  ///< of a step, for 16 rows
  int scales;        ///< half-precision numbers a row and step: 0, 1 or 2
  bool minimum;      ///< one more number a row
  int zero;          ///< what q is stored with added
  int step_bytes() const { return weight_bytes + kTileRows * 2 * (scales + (minimum ? 1 : 0)); }
};
const PackedLayout& packed_layout(PackedFormat format);

/// Quantized numbers of one row and group, as formats on disk have them.
struct WeightGroup {
  std::int16_t q[kGroup];  ///< as the format's comment says, nothing added
  std::uint16_t scale[2];  ///< IEEE half; the second of columns 16 to 31 (kInt6)
  std::uint16_t minimum;
};

class PackedMatrix {
 public:
  PackedMatrix() = default;
  /// All zeros. @param cols  a multiple of 32 for the quantized formats
  PackedMatrix(PackedFormat format, std::int64_t rows, std::int64_t cols);

  PackedFormat format() const { return format_; }
  std::int64_t rows() const { return rows_; }
  std::int64_t cols() const { return cols_; }
  std::int64_t tiles() const { return (rows_ + kTileRows - 1) / kTileRows; }
  std::size_t tile_bytes() const { return tile_bytes_; }
  std::size_t bytes() const { return tile_bytes_ * static_cast<std::size_t>(tiles()); }
  const std::byte* tile(std::int64_t index) const {
    return data_.data() + static_cast<std::size_t>(index) * tile_bytes_;
  }
  std::byte* tile(std::int64_t index) { return data_.data() + static_cast<std::size_t>(index) * tile_bytes_; }
  explicit operator bool() const { return static_cast<bool>(data_); }

  /// Dense formats: one row. @param values  (cols)
  void set_row(std::int64_t row, std::span<const float> values);
  /// Quantized formats: one group of one row.
  void set_group(std::int64_t row, std::int64_t group, const WeightGroup& values);
  /// One row as the kernels see it, for embeddings. @param out  (cols)
  void get_row(std::int64_t row, std::span<float> out) const;

 private:
  PackedFormat format_ = PackedFormat::kF32;
  std::int64_t rows_ = 0, cols_ = 0;
  std::size_t tile_bytes_ = 0;
  Pages data_;
};

}  // namespace llmops::ops
