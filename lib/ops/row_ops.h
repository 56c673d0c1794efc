// What a decoder does to rows of numbers between its matrices. Rows are float32, row-major; all may run in place.
#pragma once

#include <cstdint>

namespace llmops::ops {

/// y = gamma (x / sqrt(mean(x^2) + epsilon)). @param gamma  (cols) @param x, y  (rows, cols)
void rms_norm_rows(const float* x, const float* gamma, float* y, std::int64_t rows, std::int64_t cols, float epsilon);

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta. @param gamma, beta  (cols) or null
void layer_norm_rows(const float* x, const float* gamma, const float* beta, float* y, std::int64_t rows,
                     std::int64_t cols, float epsilon);

/// Turns the first 2 * half elements of each head. @param x  (heads, size) of one token, in place
/// @param cos, sin  (half) @param pairs  neighbouring elements together, rather than element i with i + half
void rotate_heads(float* x, const float* cos, const float* sin, std::int64_t heads, std::int64_t size,
                  std::int64_t half, bool pairs);

/// y = silu(gate) * up, (count) each.
void swiglu_row(const float* gate, const float* up, float* y, std::int64_t count);
/// y = x + scale * dx
void add_scaled(float* x, const float* dx, float scale, std::int64_t count);
/// exp(x) within 2 units in the last place; 0 below -87.
void exp_row(const float* x, float* y, std::int64_t count);
/// softcap * tanh(x / softcap), in place.
void softcap_row(float* x, float softcap, std::int64_t count);
/// The greatest, and ln sum exp in float64 (a sum of 100,000 small terms).
float max_of_row(const float* x, std::int64_t count);
double log_sum_exp_row(const float* x, std::int64_t count);

}  // namespace llmops::ops
