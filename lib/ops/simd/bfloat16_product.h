// Products of prompts with bfloat16 weights by vdpbf16ps: two columns of 16 rows an instruction, in float32 sums.
// Activations are rounded to bfloat16. Were they the sums of two such numbers, as amx_product.h has them, the
// instructions would be as many as float32's (docs/decisions/0007).
#pragma once

#include "ops/simd/tile_store.h"

namespace llmops::ops {
namespace {

struct Bfloat16Product {
  static constexpr int kTiles = 3, kTokens = 8;

  /// Of the tokens from `begin` on.
  static void run(const ProductPart& p, std::int64_t begin) { run_blocks<Bfloat16Product, kTiles, kTokens>(p, begin); }

  template <int kTilesHere, int kTokensHere>
  static void block(const ProductPart& p, std::int64_t tile, std::int64_t first) {
    static_assert(kParts == 1);
    const std::size_t tile_bytes = p.weight->tile_bytes();
    const std::byte* weights = p.weight->tile(tile);
    const std::int64_t pairs = (p.x.cols + 1) / 2, groups = (p.x.cols + kGroup - 1) / kGroup;
    const std::uint16_t* x[kTokensHere];
    for (int t = 0; t < kTokensHere; ++t) {
      const std::int64_t token = first + t;
      x[t] = p.x.high[token / Bfloat16Group::kTokens * groups].values[token % Bfloat16Group::kTokens];
    }
    Floats total[kTokensHere][kTilesHere] = {};
    for (std::int64_t pair = 0; pair < pairs; ++pair, weights += kPairBytes) {
      // A group's columns lie together, then come those of the other tokens.
      const std::size_t at = static_cast<std::size_t>(pair / kGroupPairs) * (sizeof(Bfloat16Group) / 2) +
                             static_cast<std::size_t>(pair % kGroupPairs) * 2;
      __m512i w[kTilesHere];
#pragma GCC unroll 4
      for (int v = 0; v < kTilesHere; ++v) w[v] = load<__m512i>(weights + static_cast<std::size_t>(v) * tile_bytes);
#pragma GCC unroll 8
      for (int t = 0; t < kTokensHere; ++t) {
        const __m512bh both = (__m512bh)_mm512_set1_epi32(load<std::int32_t>(x[t] + at));
#pragma GCC unroll 4
        for (int v = 0; v < kTilesHere; ++v) {
          total[t][v] = (Floats)_mm512_dpbf16_ps((__m512)total[t][v], (__m512bh)w[v], both);
        }
      }
    }
    store_tiles<kTilesHere, kTokensHere>(p, tile, first, total);
  }

 private:
  static constexpr std::size_t kPairBytes = 64;
  static constexpr std::int64_t kGroupPairs = kGroup / 2;
};

}  // namespace
}  // namespace llmops::ops
