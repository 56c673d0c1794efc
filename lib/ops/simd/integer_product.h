// Products of quantized weights with quantized activations: exact integers within a group of 32 columns, float32 from
// group to group.
#pragma once

#include "ops/simd/tile_store.h"

namespace llmops::ops {
namespace {

/// How the numbers of a step become bytes; the layouts are packed_matrix.h's. `zero` is what they are stored with
/// added, which the sums of activations take away again.
struct Int8Step {
  static constexpr int kZero = 128, kHalves = 1;
  static constexpr bool kMinimum = false;
  static constexpr std::size_t kBytes = 544, kScales = 512;
  static Words quads(const std::byte* step, int i, int part) { return load<Words>(step + 64 * i + 4 * kLanes * part); }
};
struct Int8MinStep : Int8Step {
  static constexpr int kZero = 0;
  static constexpr bool kMinimum = true;
  static constexpr std::size_t kBytes = 576;
};
struct Int4Step {
  static constexpr int kZero = 8, kHalves = 1;
  static constexpr bool kMinimum = false;
  static constexpr std::size_t kBytes = 288, kScales = 256;
  static Words quads(const std::byte* step, int i, int part) {
    const Words both = load<Words>(step + 64 * (i % 4) + 4 * kLanes * part);
    return (i < 4 ? both : both >> 4) & 0x0f0f0f0f;
  }
};
struct Int4MinStep : Int4Step {
  static constexpr int kZero = 0;
  static constexpr bool kMinimum = true;
  static constexpr std::size_t kBytes = 320;
};
struct Int6Step {
  static constexpr int kZero = 32, kHalves = 2;  ///< scales of 16 columns
  static constexpr bool kMinimum = false;
  static constexpr std::size_t kBytes = 448, kScales = 384;
  static Words quads(const std::byte* step, int i, int part) {
    const Words high = load<Words>(step + 256 + 64 * (i / 4) + 4 * kLanes * part) >> (2 * (i % 4));
    return Int4Step::quads(step, i, part) | ((high & 0x03030303) << 4);
  }
};

/// kTiles tiles from `tile` times kTokens tokens from `first`, all columns.
template <typename Step, int kTiles, int kTokens>
void integer_block(const ProductPart& p, std::int64_t tile, std::int64_t first) {
  constexpr int kVectors = kTiles * kParts, kQuads = 8 / Step::kHalves;
  const std::size_t tile_bytes = p.weight->tile_bytes();
  const std::byte* step = p.weight->tile(tile);
  const std::int64_t groups = p.x.cols / kGroup, place = first % kTokenBlock;
  const ActivationGroup* x = p.x.groups + first / kTokenBlock * groups;
  Floats total[kTokens][kVectors] = {};
  for (const ActivationGroup* end = x + groups; x != end; ++x, step += Step::kBytes) {
    const std::int8_t* q = x->q[place];
    const float* scales = x->scale + place;
    for (int half = 0; half < Step::kHalves; ++half) {
      const std::int32_t* minus_sums = (Step::kHalves == 2 ? x->minus_half_sum[half] : x->minus_sum) + place;
      Ints sum[kTokens][kVectors];
#pragma GCC unroll 8
      for (int t = 0; t < kTokens; ++t) {
        const Ints start = splat(minus_sums[t]) * Step::kZero;
        for (int v = 0; v < kVectors; ++v) sum[t][v] = start;
      }
#pragma GCC unroll 8
      for (int quad = 0; quad < kQuads; ++quad) {
        const int i = half * kQuads + quad;
        Words w[kVectors];
#pragma GCC unroll 8
        for (int v = 0; v < kVectors; ++v) w[v] = Step::quads(step + v / kParts * tile_bytes, i, v % kParts);
#pragma GCC unroll 8
        for (int t = 0; t < kTokens; ++t) {
          const Quad a = splat_quad(q + t * kGroup + 4 * i);
#pragma GCC unroll 8
          for (int v = 0; v < kVectors; ++v) sum[t][v] = dot(sum[t][v], w[v], a);
        }
      }
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        const auto* numbers = reinterpret_cast<const std::uint16_t*>(step + v / kParts * tile_bytes + Step::kScales) +
                              v % kParts * kLanes;
        const Floats scale = load_half(numbers + half * kTileRows);
#pragma GCC unroll 8
        for (int t = 0; t < kTokens; ++t) {
          total[t][v] = fused(to_floats(sum[t][v]) * scales[t], scale, total[t][v]);
        }
        if constexpr (Step::kMinimum) {
          const Floats minimum = load_half(numbers + kTileRows);
#pragma GCC unroll 8
          for (int t = 0; t < kTokens; ++t) {
            const float weight = scales[t] * static_cast<float>(-minus_sums[t]);
            total[t][v] = fused(minimum, splat(weight), total[t][v]);
          }
        }
      }
    }
  }
  store_tiles<kTiles, kTokens>(p, tile, first, total);
}

#if defined(__AVX512F__)
constexpr int kIntegerTokens = 6, kIntegerTiles = 2;
#else
constexpr int kIntegerTokens = 2, kIntegerTiles = 1;
#endif
static_assert(kTokenBlock % kIntegerTokens == 0, "a block of outputs takes its tokens from one block");

template <typename Step>
struct IntegerProduct {
  template <int kTiles, int kTokens>
  static void block(const ProductPart& p, std::int64_t tile, std::int64_t first) {
    integer_block<Step, kTiles, kTokens>(p, tile, first);
  }
  static void run(const ProductPart& p) { run_blocks<IntegerProduct, kIntegerTiles, kIntegerTokens>(p); }
};

}  // namespace
}  // namespace llmops::ops
