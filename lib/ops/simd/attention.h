// Attention of some queries that share keys: scores, softmax and sum of values, block by block.
// Milakov and Gimelshein, 2018, "Online normalizer calculation for softmax"; Dao et al., 2022, "FlashAttention".
#pragma once

#include "ops/simd/exponential.h"

namespace llmops::ops {
namespace {

struct F32Cache {
  using Element = float;
  static Floats load(const float* at) { return ops::load(at); }
  static float one(float value) { return value; }
};
struct F16Cache {
  using Element = std::uint16_t;
  static Floats load(const std::uint16_t* at) { return load_half(at); }
  static float one(std::uint16_t value) { return half_to_float(value); }
};

/// What a query has gathered so far.
struct RunningSoftmax {
  float most = -__builtin_inff();  ///< score
  float sum = 0;                   ///< of exp(score - most)
};

/// @param keys  (D, 16) @param scores  (kRows, 16), written
template <typename Cache, int kRows>
inline void score_block(const AttentionRows& rows, int first, const typename Cache::Element* keys, int size,
                        float (*scores)[kBlockTokens]) {
  Floats sum[kRows][kParts] = {};
  for (int d = 0; d < size; ++d) {
    Floats key[kParts];
#pragma GCC unroll 4
    for (int v = 0; v < kParts; ++v) key[v] = Cache::load(keys + d * kBlockTokens + v * kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) {
      const Floats q = splat(rows.q[first + r][d]);
#pragma GCC unroll 4
      for (int v = 0; v < kParts; ++v) sum[r][v] = fused(q, key[v], sum[r][v]);
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kParts; ++v) store(scores[r] + v * kLanes, sum[r][v] * rows.scale);
  }
}

/// Scores become weights, and what was gathered is scaled to the new maximum. @returns whether any key is seen
inline bool soften(const AttentionRows& rows, int row, std::int64_t block, float* scores, RunningSoftmax& state,
                   float* out, int size) {
  const std::int64_t start = block * kBlockTokens, position = rows.position[row];
  const auto last = static_cast<std::int32_t>(position - start < kBlockTokens ? position - start : kBlockTokens - 1);
  const std::int64_t earliest = rows.window > 0 ? position - rows.window + 1 - start : 0;
  const auto first = static_cast<std::int32_t>(earliest > 0 ? (earliest < kBlockTokens ? earliest : kBlockTokens) : 0);
  if (last < first) return false;
  if (rows.softcap > 0) {
    for (int i = 0; i < kBlockTokens; i += kLanes) {
      store(scores + i, hyperbolic_tangent(load(scores + i) / rows.softcap) * rows.softcap);
    }
  }
  if (rows.bias[row] != nullptr) {
    for (int i = 0; i < kBlockTokens; i += kLanes) {
      store(scores + i, load(scores + i) + load(rows.bias[row] + start + i));
    }
  }
  Ints lane;
  for (int i = 0; i < kLanes; ++i) lane[i] = i;
  const auto seen = [&](int i) { return (lane + i >= first) & (lane + i <= last); };
  Floats highest = splat(state.most);
  for (int i = 0; i < kBlockTokens; i += kLanes) highest = larger(highest, seen(i) ? load(scores + i) : highest);
  const float most = max_of(highest);
  Floats sum{};
  for (int i = 0; i < kBlockTokens; i += kLanes) {
    const Floats weight = seen(i) ? exponential(load(scores + i) - most) : Floats{};
    store(scores + i, weight);
    sum += weight;
  }
  if (most > state.most) {
    const float shrink = exponential(splat(state.most - most))[0];
    state.sum *= shrink;
    for (int d = 0; d < size; ++d) out[d] *= shrink;
    state.most = most;
  }
  state.sum += sum_of(sum);
  return true;
}

/// out += weights * values. @param values  (16, D) @param weights  (kRows, 16)
template <typename Cache, int kRows>
inline void add_values(const AttentionRows& rows, int first, const typename Cache::Element* values, int size, int count,
                       float (*weights)[kBlockTokens]) {
  int d = 0;
  for (; d + kLanes <= size; d += kLanes) {
    Floats sum[kRows];
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) sum[r] = load(rows.out[first + r] + d);
    for (int i = 0; i < count; ++i) {
      const Floats value = Cache::load(values + i * size + d);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) sum[r] = fused(splat(weights[r][i]), value, sum[r]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) store(rows.out[first + r] + d, sum[r]);
  }
  for (; d < size; ++d) {
    for (int r = 0; r < kRows; ++r) {
      float sum = rows.out[first + r][d];
      for (int i = 0; i < count; ++i) sum += weights[r][i] * Cache::one(values[i * size + d]);
      rows.out[first + r][d] = sum;
    }
  }
}

template <typename Cache, int kRows>
void attend_some(const AttentionRows& rows, int first) {
  const int size = rows.layer->head_size;
  RunningSoftmax states[kRows];
  std::int64_t latest = 0, earliest = rows.position[first];
  for (int r = 0; r < kRows; ++r) {
    const std::int64_t position = rows.position[first + r];
    latest = position > latest ? position : latest;
    earliest = position < earliest ? position : earliest;
    for (int d = 0; d < size; ++d) rows.out[first + r][d] = 0;
  }
  const std::int64_t begin = rows.window > 0 && earliest >= rows.window ? earliest - rows.window + 1 : 0;
  for (std::int64_t block = begin / kBlockTokens; block <= latest / kBlockTokens; ++block) {
    const std::byte* head = rows.layer->blocks + static_cast<std::size_t>(rows.blocks[block]) * rows.layer->stride +
                            static_cast<std::size_t>(rows.kv_head) * rows.layer->head_bytes();
    const auto* keys = reinterpret_cast<const typename Cache::Element*>(head);
    alignas(64) float weights[kRows][kBlockTokens];
    score_block<Cache, kRows>(rows, first, keys, size, weights);
    for (int r = 0; r < kRows; ++r) {
      if (soften(rows, first + r, block, weights[r], states[r], rows.out[first + r], size)) continue;
      for (float& weight : weights[r]) weight = 0;
    }
    const std::int64_t left = latest + 1 - block * kBlockTokens;
    const int count = static_cast<int>(left < kBlockTokens ? left : kBlockTokens);
    add_values<Cache, kRows>(rows, first, keys + kBlockTokens * size, size, count, weights);
  }
  for (int r = 0; r < kRows; ++r) {
    const float inverse = 1 / states[r].sum;
    for (int d = 0; d < size; ++d) rows.out[first + r][d] *= inverse;
  }
}

#if defined(__AVX512F__)
constexpr int kAttentionRows = AttentionRows::kMost;
#else
constexpr int kAttentionRows = 4;
#endif

template <typename Cache, int kRows = kAttentionRows>
void attend_rows(const AttentionRows& rows, int first = 0) {
  for (; first + kRows <= rows.count; first += kRows) attend_some<Cache, kRows>(rows, first);
  if constexpr (kRows > 1) {
    if (first < rows.count) attend_rows<Cache, kRows - 1>(rows, first);
  }
}

void attend(const AttentionRows& rows) {
  if (rows.layer->format == CacheFormat::kF32) return attend_rows<F32Cache>(rows);
  attend_rows<F16Cache>(rows);
}

}  // namespace
}  // namespace llmops::ops
