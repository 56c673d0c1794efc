// Loops whose speed is the machine's: see machine_limits.h.
#pragma once

#include "ops/simd/vector.h"
#if defined(__AMX_TILE__)
#include "ops/simd/amx_tiles.h"
#endif

namespace llmops::ops {
namespace {

constexpr int kChains = 12;  ///< independent sums: enough to hide what one operation takes

/// @param bytes  a multiple of 512 @returns some function of all of them
std::uint64_t read_bytes(const std::byte* data, std::size_t bytes) {
  Words sum[4] = {};
  for (std::size_t i = 0; i < bytes; i += 4 * sizeof(Words)) {
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) sum[v] += load<Words>(data + i + static_cast<std::size_t>(v) * sizeof(Words));
  }
  const Words all = sum[0] + sum[1] + sum[2] + sum[3];
  std::uint64_t total = 0;
  for (int i = 0; i < kLanes; ++i) total += all[i];
  return total;
}

/// Keeps what a loop computed, and hides from the compiler that each round is like the last.
template <typename V>
inline void opaque(V& value) {
#if defined(__x86_64__)
  asm volatile("" : "+x"(value));
#else
  asm volatile("" : "+m"(value));
#endif
}

std::int64_t multiply_bytes(std::int64_t rounds) {
  Ints sum[kChains] = {};
  const std::int8_t numbers[4] = {1, 2, 3, 4};
  const Quad quad = splat_quad(numbers);
  Words weights = (Words)splat(std::int32_t{0x01020304});
  for (std::int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int c = 0; c < kChains; ++c) {
      sum[c] = dot(sum[c], weights, quad);
      opaque(sum[c]);
    }
  }
  return rounds * kChains * kLanes * 4;
}

std::int64_t multiply_floats(std::int64_t rounds) {
  Floats sum[kChains] = {};
  Floats factor = splat(0.5F);
  opaque(factor);
  for (std::int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int c = 0; c < kChains; ++c) {
      sum[c] = fused(sum[c], factor, factor);
      opaque(sum[c]);
    }
  }
  return rounds * kChains * kLanes;
}

#if defined(__AMX_TILE__)
std::int64_t multiply_bfloat16(std::int64_t rounds) {
  TileShapes shapes;
  for (int tile = 0; tile < 6; ++tile) shapes.set(tile, 16, 64);
  shapes.apply();
  for (std::int64_t round = 0; round < rounds; ++round) {
    _tile_dpbf16ps(0, 4, 5);
    _tile_dpbf16ps(1, 4, 5);
    _tile_dpbf16ps(2, 4, 5);
    _tile_dpbf16ps(3, 4, 5);
  }
  return rounds * 4 * 16 * 16 * 32;
}
#elif defined(__AVX512BF16__)
std::int64_t multiply_bfloat16(std::int64_t rounds) {
  Floats sum[kChains] = {};
  const __m512bh ones = (__m512bh)_mm512_set1_epi16(0x3f80);
  for (std::int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int c = 0; c < kChains; ++c) {
      sum[c] = (Floats)_mm512_dpbf16_ps((__m512)sum[c], ones, ones);
      opaque(sum[c]);
    }
  }
  return rounds * kChains * kLanes * 2;
}
#endif

}  // namespace
}  // namespace llmops::ops
