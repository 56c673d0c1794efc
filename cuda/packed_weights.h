// Packed weights on the GPU: the bytes of ops::PackedMatrix as they are, and where a lane finds its numbers in them.
//
// There is no second layout. A tile's step of 16 rows and 32 columns is 512 (int8) or 256 (int4) contiguous bytes that
// start at a multiple of 16, which is what one warp loads at once, 16 or 8 bytes a lane; and four neighbouring columns
// of a row are one 32-bit word, which is what a lane of mma.m16n8k16 needs of that row: a tensor core adds over columns
// in whatever order, as long as both factors use the same one. So weights are copied to the device as they were
// mapped, and a matrix product needs no shuffle of them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace llmops::cuda {

inline constexpr int kTileRows = 16;
inline constexpr int kGroup = 32;  ///< columns of a step, which share a scale

/// The formats of ops::PackedFormat that kernels read here.
enum class WeightFormat { kInt8, kInt8Min, kInt4, kInt4Min };

/// What differs between them. `bits` is known to a kernel at compile time, the rest is data.
struct WeightLayout {
  int bits;
  bool minimum;  ///< w = scale * q + minimum rather than scale * (q - zero), q as it is stored
  constexpr int zero() const { return minimum ? 0 : 1 << (bits - 1); }
  constexpr int weight_bytes() const { return kTileRows * kGroup * bits / 8; }
  /// Numbers, then half scales of 16 rows, then half minima.
  constexpr int step_bytes() const { return weight_bytes() + (minimum ? 2 : 1) * 2 * kTileRows; }
};

constexpr WeightLayout weight_layout(WeightFormat format) {
  return {format == WeightFormat::kInt8 || format == WeightFormat::kInt8Min ? 8 : 4,
          format == WeightFormat::kInt8Min || format == WeightFormat::kInt4Min};
}

/// A matrix (rows, cols) in device memory. @see ops/packed_matrix.h for the layout
struct PackedWeights {
  const std::byte* tiles = nullptr;  ///< at a multiple of 16
  WeightFormat format = WeightFormat::kInt8;
  std::int64_t rows = 0;
  std::int64_t cols = 0;  ///< a multiple of 32
  constexpr std::int64_t tile_count() const { return (rows + kTileRows - 1) / kTileRows; }
  constexpr std::int64_t steps() const { return cols / kGroup; }
  constexpr std::int64_t tile_bytes() const { return steps() * weight_layout(format).step_bytes(); }
};

/// Where the word with columns 4 quad to 4 quad + 3 of a row lies in a step of int8; in one of int4 quad is 0 to 3, and
/// the high halves are the columns 16 further.
constexpr int word_offset(int quad, int row) { return (quad * kTileRows + row) * 4; }

/// What a lane takes of a step when a warp loads it in one go: words of neighbouring rows.
template <int kBits>
struct WideLoad {
  static constexpr int kRows = kBits / 2;               ///< words: 4 of int8, 2 of int4
  static constexpr int kQuads = 8 / kBits;              ///< of columns in a word: 1 of int8 (8 bits), 2 of int4
  static constexpr int kLanesARow = kTileRows / kRows;  ///< lanes that share a quad
  static constexpr int first_row(int lane) { return lane % kLanesARow * kRows; }
  static constexpr int quad(int lane) { return lane / kLanesARow; }
};

/// Number `i` of a word. @param high  of int4: the columns 16 further
template <int kBits>
constexpr int number_of(std::uint32_t word, int i, bool high) {
  return kBits == 8 ? static_cast<int>(word >> (8 * i) & 255) : static_cast<int>(word >> (8 * i + (high ? 4 : 0)) & 15);
}

}  // namespace llmops::cuda
