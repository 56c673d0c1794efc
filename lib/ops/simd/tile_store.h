// The loop around a block of outputs, and how it is written.
#pragma once

#include "ops/simd/vector.h"

namespace llmops::ops {
namespace {

/// Rows beyond the last are left out, and tokens outside [from, to).
template <int kTiles, int kTokens>
[[gnu::always_inline]] inline void store_tiles(const ProductPart& p, std::int64_t tile, std::int64_t first,
                                               const Floats (&total)[kTokens][kTiles * kParts], int from = 0,
                                               int to = kTokens) {
  const std::int64_t row = tile * kTileRows, rows = p.weight->rows();
  for (int t = from; t < to; ++t) {
    float* y = p.y + (first + t) * p.stride + row;
    if (row + kTiles * kTileRows <= rows) {
      for (int v = 0; v < kTiles * kParts; ++v) store(y + v * kLanes, total[t][v]);
      continue;
    }
    float all[kTiles * kTileRows];
    for (int v = 0; v < kTiles * kParts; ++v) store(all + v * kLanes, total[t][v]);
    for (std::int64_t r = 0; r < rows - row; ++r) y[r] = all[r];
  }
}

/// Whole blocks of tokens from `first` on, then what is left at the edge.
template <typename Product, int kTiles, int kTokens>
void cover_tokens(const ProductPart& p, std::int64_t tile, std::int64_t first) {
  for (; first + kTokens <= p.x.tokens; first += kTokens) Product::template block<kTiles, kTokens>(p, tile, first);
  if constexpr (kTokens > 1) {
    if (first < p.x.tokens) cover_tokens<Product, kTiles, kTokens - 1>(p, tile, first);
  }
}

/// Covers p, of the tokens from `begin` on, with Product::block<tiles, tokens>.
template <typename Product, int kTiles, int kTokens>
void run_blocks(const ProductPart& p, std::int64_t begin = 0) {
  std::int64_t tile = p.tile_begin;
  for (; tile + kTiles <= p.tile_end; tile += kTiles) cover_tokens<Product, kTiles, kTokens>(p, tile, begin);
  if constexpr (kTiles > 1) {
    for (; tile < p.tile_end; ++tile) cover_tokens<Product, 1, kTokens>(p, tile, begin);
  }
}

/// One product for the tokens that are decoded, few and bound by memory; another for prompts.
template <typename Decoded, typename Prompt>
struct ByRole {
  static void run(const ProductPart& p) {
    if (p.x.decoded > 0) {
      ProductPart decoded = p;
      decoded.x.tokens = p.x.decoded;
      Decoded::run(decoded);
    }
    if (p.x.decoded < p.x.tokens) Prompt::run(p, p.x.decoded);
  }
};

}  // namespace
}  // namespace llmops::ops
