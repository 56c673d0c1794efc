// Work on single rows: norms, rotation, activations, quantization.
#pragma once

#include <cmath>

#include "ops/simd/exponential.h"

namespace llmops::ops {
namespace {

/// body(i) over whole vectors, then tail(i) for what is left.
template <typename Body, typename Tail>
inline void sweep(std::int64_t count, const Body& body, const Tail& tail) {
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) body(i);
  for (; i < count; ++i) tail(i);
}

/// Whole vectors, and the last one from a copy padded with `fill`. @param body  Floats -> void
template <typename Body>
inline void sweep_padded(const float* x, std::int64_t count, float fill, const Body& body) {
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) body(load(x + i));
  if (i == count) return;
  float rest[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) rest[lane] = i + lane < count ? x[i + lane] : fill;
  body(load(rest));
}

/// y[i] = f(x[i]) for a function of vectors.
template <typename Function>
inline void map_row(const float* x, float* y, std::int64_t count, const Function& f) {
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(y + i, f(load(x + i)));
  if (i == count) return;
  float rest[kLanes] = {};
  for (std::int64_t j = i; j < count; ++j) rest[j - i] = x[j];
  store(rest, f(load(rest)));
  for (std::int64_t j = i; j < count; ++j) y[j] = rest[j - i];
}

inline float sum_row(const float* x, std::int64_t count) {
  Floats sum{};
  sweep_padded(x, count, 0, [&](Floats v) { sum += v; });
  return sum_of(sum);
}

void rms_norm(const float* x, const float* gamma, float* y, std::int64_t rows, std::int64_t cols, float epsilon) {
  for (std::int64_t row = 0; row < rows; ++row, x += cols, y += cols) {
    Floats squares{};
    sweep_padded(x, cols, 0, [&](Floats v) { squares = fused(v, v, squares); });
    const float scale = 1 / std::sqrt(sum_of(squares) / static_cast<float>(cols) + epsilon);
    sweep(
        cols, [&](std::int64_t i) { store(y + i, load(gamma + i) * (load(x + i) * scale)); },
        [&](std::int64_t i) { y[i] = gamma[i] * (x[i] * scale); });
  }
}

void layer_norm(const float* x, const float* gamma, const float* beta, float* y, std::int64_t rows, std::int64_t cols,
                float epsilon) {
  for (std::int64_t row = 0; row < rows; ++row, x += cols, y += cols) {
    const float mean = sum_row(x, cols) / static_cast<float>(cols);
    Floats squares{};
    sweep_padded(x, cols, mean, [&](Floats v) { squares += (v - mean) * (v - mean); });
    const float scale = 1 / std::sqrt(sum_of(squares) / static_cast<float>(cols) + epsilon);
    for (std::int64_t i = 0; i < cols; ++i) {
      y[i] = (x[i] - mean) * scale * (gamma == nullptr ? 1 : gamma[i]) + (beta == nullptr ? 0 : beta[i]);
    }
  }
}

void rotate(float* x, const float* cos, const float* sin, std::int64_t heads, std::int64_t size, std::int64_t half,
            bool pairs) {
  for (std::int64_t head = 0; head < heads; ++head, x += size) {
    for (std::int64_t i = 0; i < half; ++i) {
      float& first = x[pairs ? 2 * i : i];
      float& second = x[pairs ? 2 * i + 1 : i + half];
      const float a = first, b = second;
      first = a * cos[i] - b * sin[i];
      second = b * cos[i] + a * sin[i];
    }
  }
}

void swiglu(const float* gate, const float* up, float* y, std::int64_t count) {
  const auto silu = [](Floats g) { return g / (1.0F + exponential(-g)); };
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(y + i, silu(load(gate + i)) * load(up + i));
  if (i == count) return;
  float rest[kLanes] = {};
  for (std::int64_t j = i; j < count; ++j) rest[j - i] = gate[j];
  store(rest, silu(load(rest)));
  for (std::int64_t j = i; j < count; ++j) y[j] = rest[j - i] * up[j];
}

void add_scaled(float* x, const float* dx, float scale, std::int64_t count) {
  sweep(
      count, [&](std::int64_t i) { store(x + i, load(x + i) + load(dx + i) * scale); },
      [&](std::int64_t i) { x[i] += dx[i] * scale; });
}

void exp_values(const float* x, float* y, std::int64_t count) {
  map_row(x, y, count, [](Floats v) { return exponential(v); });
}

void cap(float* x, float softcap, std::int64_t count) {
  map_row(x, x, count, [&](Floats v) { return hyperbolic_tangent(v / softcap) * softcap; });
}

float max_value(const float* x, std::int64_t count) {
  Floats most = splat(x[0]);
  sweep_padded(x, count, x[0], [&](Floats v) { most = larger(most, v); });
  return max_of(most);
}

double log_sum_exp(const float* x, std::int64_t count) {
  const float most = max_value(x, count);
  double sum = 0;
  constexpr std::int64_t kChunk = 1024;  // float32 sums of so many terms lose nothing that shows in float64
  for (std::int64_t begin = 0; begin < count; begin += kChunk) {
    const std::int64_t length = begin + kChunk < count ? kChunk : count - begin;
    Floats part{};
    sweep_padded(x + begin, length, -__builtin_inff(), [&](Floats v) { part += exponential(v - most); });
    sum += static_cast<double>(sum_of(part));
  }
  return static_cast<double>(most) + std::log(sum);
}

/// The largest of 32 becomes 127. @param x  (32) @param t  the token's place in the block
inline void quantize_group(const float* x, int t, ActivationGroup& out) {
  const Floats magic = splat(12582912.0F);  // rounds to nearest even, as exponential() says
  Floats most{};
  for (int i = 0; i < kGroup; i += kLanes) {
    const Floats v = load(x + i);
    most = larger(most, larger(v, -v));
  }
  const float largest = max_of(most), inverse = largest > 0 ? 127 / largest : 0;
  float sums[2];
  for (int half = 0; half < 2; ++half) {
    Floats sum{};
    for (int i = half * 16; i < half * 16 + 16; i += kLanes) {
      const Floats shifted = fused(load(x + i), splat(inverse), magic);
      sum += shifted - magic;
      const Bytes q = to_bytes(as_ints(shifted) - as_ints(magic));
      std::memcpy(out.q[t] + i, &q, sizeof q);
    }
    sums[half] = sum_of(sum);  // whole numbers below 2^24: exact
    out.minus_half_sum[half][t] = -static_cast<std::int32_t>(sums[half]);
  }
  out.scale[t] = largest / 127;
  out.minus_sum[t] = -static_cast<std::int32_t>(sums[0] + sums[1]);
}

void quantize_block(const float* x, int tokens, std::int64_t groups, ActivationGroup* out) {
  for (int t = 0; t < tokens; ++t) {
    for (std::int64_t g = 0; g < groups; ++g) quantize_group(x + (t * groups + g) * kGroup, t, out[g]);
  }
}

void store_half(const float* x, std::uint16_t* out, std::int64_t count, std::int64_t out_stride) {
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Halfwords halves = to_halves(load(x + i));
    if (out_stride == 1) {
      std::memcpy(out + i, &halves, sizeof halves);
    } else {
      for (int lane = 0; lane < kLanes; ++lane) out[(i + lane) * out_stride] = halves[lane];
    }
  }
  for (; i < count; ++i) out[i * out_stride] = float_to_half(x[i]);
}

}  // namespace
}  // namespace llmops::ops
