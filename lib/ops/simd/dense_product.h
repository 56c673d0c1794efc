// Products of unquantized weights with float32 activations, in float32.
#pragma once

#include "ops/simd/tile_store.h"

namespace llmops::ops {
namespace {

struct F32Column {
  static constexpr int kColumns = 1, kBytes = 64;
  static void load(const std::byte* step, int part, Floats (&w)[1]) {
    w[0] = ops::load(reinterpret_cast<const float*>(step) + part * kLanes);
  }
};
struct F16Column {
  static constexpr int kColumns = 1, kBytes = 32;
  static void load(const std::byte* step, int part, Floats (&w)[1]) {
    w[0] = load_half(reinterpret_cast<const std::uint16_t*>(step) + part * kLanes);
  }
};
struct Bf16Columns {
  static constexpr int kColumns = 2, kBytes = 64;
  static void load(const std::byte* step, int part, Floats (&w)[2]) {
    const Words both = ops::load<Words>(step + 4 * kLanes * part);
    w[0] = as_floats((Ints)(both << 16));
    w[1] = as_floats((Ints)(both & 0xffff0000));
  }
};

template <typename Step, int kTiles, int kTokens>
void dense_block(const ProductPart& p, std::int64_t tile, std::int64_t first) {
  constexpr int kVectors = kTiles * kParts;
  const std::size_t tile_bytes = p.weight->tile_bytes();
  const std::byte* step = p.weight->tile(tile);
  const std::int64_t cols = p.x.cols;
  const float* x = p.x.values + first * cols;
  Floats total[kTokens][kVectors] = {};
  const auto columns = [&](std::int64_t c, int count) {
    Floats w[kVectors][Step::kColumns];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) Step::load(step + v / kParts * tile_bytes, v % kParts, w[v]);
#pragma GCC unroll 2
    for (int i = 0; i < count; ++i) {
#pragma GCC unroll 16
      for (int t = 0; t < kTokens; ++t) {
        const Floats value = splat(x[t * cols + c + i]);
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) total[t][v] = fused(w[v][i], value, total[t][v]);
      }
    }
  };
  std::int64_t c = 0;
  for (; c + Step::kColumns <= cols; c += Step::kColumns, step += Step::kBytes) columns(c, Step::kColumns);
  if (c < cols) columns(c, 1);  // the odd last column of pairs
  store_tiles<kTiles, kTokens>(p, tile, first, total);
}

#if defined(__AVX512F__)
constexpr int kDenseTokens = 8, kDenseTiles = 3;
#elif defined(__AVX2__)
constexpr int kDenseTokens = 6, kDenseTiles = 1;
#else
constexpr int kDenseTokens = 2, kDenseTiles = 1;
#endif

template <typename Step>
struct DenseProduct {
  template <int kTiles, int kTokens>
  static void block(const ProductPart& p, std::int64_t tile, std::int64_t first) {
    dense_block<Step, kTiles, kTokens>(p, tile, first);
  }
  static void run(const ProductPart& p) { run_blocks<DenseProduct, kDenseTiles, kDenseTokens>(p); }
};

}  // namespace
}  // namespace llmops::ops
