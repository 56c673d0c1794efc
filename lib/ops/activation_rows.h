// The activations of feed-forward layers, over rows in memory. All may run in place.
#pragma once

#include <cstdint>

namespace llmops::ops {

void silu_row(const float* x, float* y, std::int64_t count);  ///< x sigmoid(x)
/// x Phi(x), Phi of the normal distribution within 1e-7.
void gelu_row(const float* x, float* y, std::int64_t count);
/// Its usual approximation, 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
void gelu_tanh_row(const float* x, float* y, std::int64_t count);
void quick_gelu_row(const float* x, float* y, std::int64_t count);  ///< x sigmoid(1.702 x)
void relu_row(const float* x, float* y, std::int64_t count);
void relu_squared_row(const float* x, float* y, std::int64_t count);  ///< max(x, 0)^2

void multiply_row(float* x, const float* factor, std::int64_t count);  ///< x *= factor
void clamp_row(float* x, float limit, std::int64_t count);             ///< to +- limit

}  // namespace llmops::ops
