#include "ops/row_ops.h"

#include "ops/kernels.h"

namespace llmops::ops {

void rms_norm_rows(const float* x, const float* gamma, float* y, std::int64_t rows, std::int64_t cols, float epsilon) {
  kernels().rms_norm(x, gamma, y, rows, cols, epsilon);
}

void layer_norm_rows(const float* x, const float* gamma, const float* beta, float* y, std::int64_t rows,
                     std::int64_t cols, float epsilon) {
  kernels().layer_norm(x, gamma, beta, y, rows, cols, epsilon);
}

void rotate_heads(float* x, const float* cos, const float* sin, std::int64_t heads, std::int64_t size,
                  std::int64_t half, bool pairs) {
  kernels().rotate(x, cos, sin, heads, size, half, pairs);
}

void swiglu_row(const float* gate, const float* up, float* y, std::int64_t count) {
  kernels().swiglu(gate, up, y, count);
}

void add_scaled(float* x, const float* dx, float scale, std::int64_t count) {
  kernels().add_scaled(x, dx, scale, count);
}

void exp_row(const float* x, float* y, std::int64_t count) { kernels().exp(x, y, count); }
void softcap_row(float* x, float softcap, std::int64_t count) { kernels().softcap(x, softcap, count); }
float max_of_row(const float* x, std::int64_t count) { return kernels().max(x, count); }
double log_sum_exp_row(const float* x, std::int64_t count) { return kernels().log_sum_exp(x, count); }

}  // namespace llmops::ops
