// GGUF's quantized blocks as packed weights: the same numbers, other places.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/tensor_file.h"
#include "ops/packed_matrix.h"

namespace llmops::model {

/// Rows that become one tile.
struct TileRows {
  std::array<const std::byte*, ops::kTileRows> at{};  ///< each row's first block
  int count = 0;                                      ///< the others stay zeros
};

struct BlockPacking {
  DType dtype;
  ops::PackedFormat format;  ///< that keeps the numbers as they are; scales of K-quants are rounded to half precision
  /// @param groups  of 32 columns in a row @param tile  zeros, as PackedMatrix has it
  /// @returns false where a scale or minimum is not finite in half precision
  bool (*pack)(const TileRows& rows, std::int64_t groups, std::byte* tile);
};

/// Null for types whose numbers no packed format has.
const BlockPacking* block_packing(DType dtype);

}  // namespace llmops::model
