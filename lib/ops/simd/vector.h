// Vectors of the instruction set that the including file is compiled for. Included by kernels_*.cc alone, in whose
// unnamed namespace all of lib/ops/simd stands, so that no function of a wide instruction set can be picked by the
// linker for a narrow one. For the same reason nothing here calls templates of the standard library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "ops/half.h"
#include "ops/kernels.h"

namespace llmops::ops {
namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif
constexpr int kParts = kTileRows / kLanes;  ///< registers that hold one column of a tile

typedef float Floats __attribute__((vector_size(4 * kLanes)));
typedef std::int32_t Ints __attribute__((vector_size(4 * kLanes)));
typedef std::int8_t Bytes __attribute__((vector_size(kLanes)));
typedef std::uint16_t Halfwords __attribute__((vector_size(2 * kLanes)));
typedef std::uint32_t Words __attribute__((vector_size(4 * kLanes)));

template <typename V>
inline V load(const void* at) {
  V value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
inline Floats load(const float* at) { return load<Floats>(static_cast<const void*>(at)); }
inline void store(float* at, Floats value) { std::memcpy(at, &value, sizeof value); }

inline Floats splat(float value) { return value - Floats{}; }
inline Ints splat(std::int32_t value) { return value - Ints{}; }
inline Floats as_floats(Ints bits) { return (Floats)bits; }
inline Ints as_ints(Floats value) { return (Ints)value; }
inline Floats to_floats(Ints value) { return __builtin_convertvector(value, Floats); }
inline Bytes to_bytes(Ints value) { return __builtin_convertvector(value, Bytes); }
inline Floats larger(Floats a, Floats b) { return a > b ? a : b; }
inline Floats smaller(Floats a, Floats b) { return a < b ? a : b; }

/// a * b + c. Always fused or never: what a token gives must not depend on which loop it went through.
inline Floats fused(Floats a, Floats b, Floats c) {
#if defined(__AVX512F__)
  return (Floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
  return (Floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  return a * b + c;
#endif
}

inline Floats load_half(const std::uint16_t* at) {
#if defined(__AVX512F__)
  return (Floats)_mm512_cvtph_ps(load<__m256i>(at));
#elif defined(__AVX2__)
  return (Floats)_mm256_cvtph_ps(load<__m128i>(at));
#else
  Floats value{};
  for (int i = 0; i < kLanes; ++i) value[i] = half_to_float(load<std::uint16_t>(at + i));
  return value;
#endif
}

/// As float_to_half().
inline Halfwords to_halves(Floats value) {
#if defined(__AVX512F__)
  return (Halfwords)_mm512_cvtps_ph((__m512)value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
#elif defined(__AVX2__)
  return (Halfwords)_mm256_cvtps_ph((__m256)value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
#else
  Halfwords halves{};
  for (int i = 0; i < kLanes; ++i) halves[i] = float_to_half(value[i]);
  return halves;
#endif
}

/// The upper half of the lanes onto the lower half, until one is left.
template <typename Combine>
inline float fold(Floats value, const Combine& combine) {
#if defined(__AVX512F__)
  const __m256 low = _mm512_castps512_ps256((__m512)value);
  __m256 half = combine(low, _mm512_extractf32x8_ps((__m512)value, 1));
#elif defined(__AVX2__)
  __m256 half = (__m256)value;
#endif
#if defined(__AVX2__)
  __m128 four = combine(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#elif defined(__SSE2__)
  __m128 four = (__m128)value;
#endif
#if defined(__SSE2__)
  four = combine(four, _mm_movehl_ps(four, four));
  return combine(four, _mm_shuffle_ps(four, four, 1))[0];
#else
  float lanes[kLanes];
  store(lanes, value);
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; ++i) lanes[i] = combine(lanes[i], lanes[i + width]);
  }
  return lanes[0];
#endif
}

inline float sum_of(Floats value) {
  return fold(value, [](auto a, auto b) { return a + b; });
}
inline float max_of(Floats value) {
  return fold(value, [](auto a, auto b) { return a > b ? a : b; });
}

/// Four numbers of activations, at every lane, in the form the dot product takes them.
#if defined(__AVX512VNNI__)
using Quad = __m512i;
inline Quad splat_quad(const std::int8_t* at) { return _mm512_set1_epi32(load<std::int32_t>(at)); }
/// sum + w0 a0 + w1 a1 + w2 a2 + w3 a3, exactly. @param weights  four numbers 0..255 in each lane
inline Ints dot(Ints sum, Words weights, const Quad& quad) {
  return (Ints)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)weights, quad);
}
#elif defined(__AVX2__)
/// As pairs of 16 bits: products of bytes added in pairs would not fit there.
struct Quad {
  __m256i even, odd;
};
inline Quad splat_quad(const std::int8_t* at) {
  const __m256i all = _mm256_set1_epi32(load<std::int32_t>(at));
  return {_mm256_srai_epi16(_mm256_slli_epi16(all, 8), 8), _mm256_srai_epi16(all, 8)};
}
inline Ints dot(Ints sum, Words weights, const Quad& quad) {
  const __m256i w = (__m256i)weights;
  const __m256i even = _mm256_madd_epi16(_mm256_and_si256(w, _mm256_set1_epi16(0xff)), quad.even);
  const __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(w, 8), quad.odd);
  return sum + (Ints)even + (Ints)odd;
}
#else
struct Quad {
  std::int32_t a[4];
};
inline Quad splat_quad(const std::int8_t* at) { return {{at[0], at[1], at[2], at[3]}}; }
inline Ints dot(Ints sum, Words weights, const Quad& quad) {
  for (int i = 0; i < 4; ++i) sum += (Ints)((weights >> (8 * i)) & 255) * quad.a[i];
  return sum;
}
#endif

}  // namespace
}  // namespace llmops::ops
