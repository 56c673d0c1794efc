// Activations by way of exp_row: tanh and sigmoid are one function, erf a polynomial beside it.
#include "ops/activation_rows.h"

#include <algorithm>
#include <cmath>

#include "ops/row_ops.h"

namespace llmops::ops {
namespace {

constexpr std::int64_t kChunk = 256;

/// y = x / (1 + exp(-argument(x))).
template <typename Argument>
void times_sigmoid(const float* x, float* y, std::int64_t count, Argument argument) {
  // exp(80) is far beyond what changes the sum, and far from infinity.
  constexpr float kLargest = 80;
  float power[kChunk];
  for (std::int64_t begin = 0; begin < count; begin += kChunk) {
    const std::int64_t size = std::min(kChunk, count - begin);
    for (std::int64_t i = 0; i < size; ++i) power[i] = std::min(-argument(x[begin + i]), kLargest);
    exp_row(power, power, size);
    for (std::int64_t i = 0; i < size; ++i) y[begin + i] = x[begin + i] / (1.0F + power[i]);
  }
}

/// exp(z^2) erfc(z) for z >= 0. Abramowitz and Stegun, 1964, formula 7.1.26.
float scaled_erfc(float z) {
  const float t = 1.0F / (1.0F + 0.3275911F * z);
  return t * (0.254829592F + t * (-0.284496736F + t * (1.421413741F + t * (-1.453152027F + t * 1.061405429F))));
}

}  // namespace

void silu_row(const float* x, float* y, std::int64_t count) {
  times_sigmoid(x, y, count, [](float value) { return value; });
}

void gelu_tanh_row(const float* x, float* y, std::int64_t count) {
  constexpr float kTwice = 1.5957691216F;  // 2 sqrt(2 / pi)
  times_sigmoid(x, y, count, [](float value) { return kTwice * (value + 0.044715F * value * value * value); });
}

void quick_gelu_row(const float* x, float* y, std::int64_t count) {
  times_sigmoid(x, y, count, [](float value) { return 1.702F * value; });
}

void gelu_row(const float* x, float* y, std::int64_t count) {
  constexpr float kRootHalf = 0.70710678F;
  float power[kChunk];
  for (std::int64_t begin = 0; begin < count; begin += kChunk) {
    const std::int64_t size = std::min(kChunk, count - begin);
    for (std::int64_t i = 0; i < size; ++i) power[i] = -0.5F * x[begin + i] * x[begin + i];
    exp_row(power, power, size);
    for (std::int64_t i = 0; i < size; ++i) {
      const float value = x[begin + i];
      const float tail = 0.5F * value * scaled_erfc(std::fabs(value) * kRootHalf) * power[i];
      y[begin + i] = value < 0 ? tail : value - tail;
    }
  }
}

void relu_row(const float* x, float* y, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) y[i] = std::max(x[i], 0.0F);
}

void relu_squared_row(const float* x, float* y, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const float positive = std::max(x[i], 0.0F);
    y[i] = positive * positive;
  }
}

void multiply_row(float* x, const float* factor, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) x[i] *= factor[i];
}

void clamp_row(float* x, float limit, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) x[i] = std::clamp(x[i], -limit, limit);
}

}  // namespace llmops::ops
