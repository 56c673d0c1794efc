// What AMX's products read of weights: bfloat16 where they lie, quantized ones widened to it.
#pragma once

#include "ops/simd/amx_product.h"
#include "ops/simd/integer_product.h"

namespace llmops::ops {
namespace {

struct StoredBfloat16 {
  static constexpr bool kLow = true;

  static const std::byte* panel(const ProductPart& p, std::int64_t tile, std::int64_t group, std::int64_t groups,
                                std::byte* room) {
    const std::size_t begin = static_cast<std::size_t>(group) * kAmxTile,
                      bytes = static_cast<std::size_t>(groups) * kAmxTile;
    const std::byte* stored = p.weight->tile(tile) + begin;
    if (begin + bytes <= p.weight->tile_bytes()) return stored;
    const std::size_t there = p.weight->tile_bytes() - begin;  // columns that the last group lacks are zeros
    std::memcpy(room, stored, there);
    std::memset(room + there, 0, bytes - there);
    return room;
  }
};

/// Each weight rounded to bfloat16, which loses less than its own quantization lost, and far less than the bytes that
/// integer_product.h makes of activations.
template <typename Step>
struct WidenedWeights {
  static constexpr bool kLow = false;

  static const std::byte* panel(const ProductPart& p, std::int64_t tile, std::int64_t group, std::int64_t groups,
                                std::byte* room) {
    const std::byte* step = p.weight->tile(tile) + static_cast<std::size_t>(group) * Step::kBytes;
    for (std::int64_t g = 0; g < groups; ++g, step += Step::kBytes)
      widen(step, room + static_cast<std::size_t>(g) * kAmxTile);
    return room;
  }

  static void widen(const std::byte* step, std::byte* out) {
    // Word 2 r is the first column's row r, word 2 r + 1 the second's.
    alignas(64) static constexpr std::uint16_t kOrder[32] = {0,  16, 1,  17, 2,  18, 3,  19, 4,  20, 5,
                                                             21, 6,  22, 7,  23, 8,  24, 9,  25, 10, 26,
                                                             11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    const __m512i order = _mm512_load_si512(kOrder);
    const auto* numbers = reinterpret_cast<const std::uint16_t*>(step + Step::kScales);
    for (int half = 0; half < Step::kHalves; ++half) {
      const Floats scale = load_half(numbers + half * kTileRows);
      Floats base = scale * -static_cast<float>(Step::kZero);  // a power of two: exact
      if constexpr (Step::kMinimum) base = load_half(numbers + kTileRows);
#pragma GCC unroll 8
      for (int quad = half * 8 / Step::kHalves; quad < (half + 1) * 8 / Step::kHalves; ++quad) {
        const Words q = Step::quads(step, quad, 0);
        Floats column[4];
#pragma GCC unroll 4
        for (int c = 0; c < 4; ++c) column[c] = fused(to_floats((Ints)((q >> (8 * c)) & 255)), scale, base);
#pragma GCC unroll 2
        for (int pair = 0; pair < 2; ++pair) {
          const __m512bh both = _mm512_cvtne2ps_pbh((__m512)column[2 * pair + 1], (__m512)column[2 * pair]);
          _mm512_store_si512(out + kAmxRow * static_cast<std::size_t>(2 * quad + pair),
                             _mm512_permutexvar_epi16(order, (__m512i)both));
        }
      }
    }
  }
};

}  // namespace
}  // namespace llmops::ops
