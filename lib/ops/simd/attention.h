// Attention of some queries that share keys: scores, softmax and sum of values, block by block.
// Milakov and Gimelshein, 2018, "Online normalizer calculation for softmax"; Dao et al., 2022, "FlashAttention".
#pragma once

#include "ops/simd/exponential.h"

namespace llmops::ops {
namespace {

struct F32Cache {
  using Element = float;
  static constexpr bool kScaled = false;
  static Floats load(const float* at) { return ops::load(at); }
  static float one(float value) { return value; }
};
struct F16Cache {
  using Element = std::uint16_t;
  static constexpr bool kScaled = false;
  static Floats load(const std::uint16_t* at) { return load_half(at); }
  static float one(std::uint16_t value) { return half_to_float(value); }
};
struct Int8Cache {
  using Element = std::int8_t;
  static constexpr bool kScaled = true;
  static Floats load(const std::int8_t* at) { return to_floats(__builtin_convertvector(ops::load<Bytes>(at), Ints)); }
  static float one(std::int8_t value) { return value; }
};

inline Floats load_scales(const std::uint16_t* at) {
  return (Floats)(__builtin_convertvector(load<Halfwords>(at), Words) << 16);
}

/// Keys or values of one block and head.
template <typename Cache>
struct CachedBlock {
  const typename Cache::Element* numbers;
  const std::uint16_t* scales;  ///< [group][16 tokens] of bfloat16, where the format has them
  int size;                     ///< D
};

/// What a query has gathered so far.
struct RunningSoftmax {
  float most = -__builtin_inff();  ///< score
  float sum = 0;                   ///< of exp(score - most)
};

/// @param keys  (D, 16) @param scores  (kRows, 16), written
template <typename Cache, int kRows>
inline void score_block(const AttentionRows& rows, int first, const CachedBlock<Cache>& keys,
                        float (*scores)[kBlockTokens]) {
  const int step = Cache::kScaled ? kCacheGroup : keys.size;
  Floats total[kRows][kParts] = {};
  for (int begin = 0; begin < keys.size; begin += step) {
    const int end = begin + step < keys.size ? begin + step : keys.size;
    Floats sum[kRows][kParts] = {};
    for (int d = begin; d < end; ++d) {
      Floats key[kParts];
#pragma GCC unroll 4
      for (int v = 0; v < kParts; ++v) key[v] = Cache::load(keys.numbers + d * kBlockTokens + v * kLanes);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) {
        const Floats q = splat(rows.q[first + r][d]);
#pragma GCC unroll 4
        for (int v = 0; v < kParts; ++v) sum[r][v] = fused(q, key[v], sum[r][v]);
      }
    }
    for (int v = 0; v < kParts; ++v) {
      Floats scale{};
      if constexpr (Cache::kScaled) scale = load_scales(keys.scales + begin / kCacheGroup * kBlockTokens + v * kLanes);
      for (int r = 0; r < kRows; ++r) {
        total[r][v] = Cache::kScaled ? fused(sum[r][v], scale, total[r][v]) : sum[r][v];
      }
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kParts; ++v) store(scores[r] + v * kLanes, total[r][v] * rows.scale);
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

/// Columns [d, end): out += weights * values. @param values  (16, D) @param weights  (kRows, 16)
template <typename Cache, int kRows>
inline void add_columns(const AttentionRows& rows, int first, const CachedBlock<Cache>& values, int d, int end,
                        int count, const float (*weights)[kBlockTokens]) {
  for (; d + kLanes <= end; d += kLanes) {
    Floats sum[kRows];
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) sum[r] = load(rows.out[first + r] + d);
    for (int i = 0; i < count; ++i) {
      const Floats value = Cache::load(values.numbers + i * values.size + d);
#pragma GCC unroll 8
      for (int r = 0; r < kRows; ++r) sum[r] = fused(splat(weights[r][i]), value, sum[r]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < kRows; ++r) store(rows.out[first + r] + d, sum[r]);
  }
  for (; d < end; ++d) {
    for (int r = 0; r < kRows; ++r) {
      float sum = rows.out[first + r][d];
      for (int i = 0; i < count; ++i) sum += weights[r][i] * Cache::one(values.numbers[i * values.size + d]);
      rows.out[first + r][d] = sum;
    }
  }
}

/// @param count  tokens of the block that are stored; what the others weigh is not read
template <typename Cache, int kRows>
inline void add_values(const AttentionRows& rows, int first, const CachedBlock<Cache>& values, int count,
                       const float (*weights)[kBlockTokens]) {
  if constexpr (!Cache::kScaled) {
    add_columns<Cache, kRows>(rows, first, values, 0, values.size, count, weights);
  } else {
    for (int begin = 0; begin < values.size; begin += kCacheGroup) {
      const std::uint16_t* scales = values.scales + begin / kCacheGroup * kBlockTokens;
      alignas(64) float scaled[kRows][kBlockTokens];
      for (int i = 0; i < kBlockTokens; i += kLanes) {
        const Floats scale = load_scales(scales + i);
        for (int r = 0; r < kRows; ++r) store(scaled[r] + i, load(weights[r] + i) * scale);
      }
      const int end = begin + kCacheGroup < values.size ? begin + kCacheGroup : values.size;
      add_columns<Cache, kRows>(rows, first, values, begin, end, count, scaled);
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
    CachedBlock<Cache> keys{reinterpret_cast<const typename Cache::Element*>(head), nullptr, size};
    CachedBlock<Cache> values{keys.numbers + kBlockTokens * size, nullptr, size};
    if constexpr (Cache::kScaled) {
      keys.scales = reinterpret_cast<const std::uint16_t*>(values.numbers + kBlockTokens * size);
      values.scales = keys.scales + rows.layer->groups() * kBlockTokens;
    }
    alignas(64) float weights[kRows][kBlockTokens];
    score_block<Cache, kRows>(rows, first, keys, weights);
    for (int r = 0; r < kRows; ++r) {
      if (soften(rows, first + r, block, weights[r], states[r], rows.out[first + r], size)) continue;
      for (float& weight : weights[r]) weight = 0;
    }
    const std::int64_t left = latest + 1 - block * kBlockTokens;
    const int count = static_cast<int>(left < kBlockTokens ? left : kBlockTokens);
    add_values<Cache, kRows>(rows, first, values, count, weights);
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
  switch (rows.layer->format) {
    case CacheFormat::kF32: return attend_rows<F32Cache>(rows);
    case CacheFormat::kF16: return attend_rows<F16Cache>(rows);
    case CacheFormat::kInt8: return attend_rows<Int8Cache>(rows);
  }
}

}  // namespace
}  // namespace llmops::ops
