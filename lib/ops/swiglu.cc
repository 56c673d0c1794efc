// SwiGLU as one autograd node, so that silu(gate) is not kept between forward and backward.
#include "ops/swiglu.h"

#include <algorithm>

#include "core/error.h"
#include "ops/float_rows.h"
#include "ops/row_ops.h"
#include "ops/shape_text.h"
#include "ops/simd_clones.h"

namespace llmops::ops {
namespace {

constexpr std::int64_t kChunk = 256;
constexpr float kLargestPower = 80;  ///< e^80 is far beyond what changes a sum with 1, and far from infinity

/// @param dy, gate, up  (count) @param dgate, dup  (count), written
LLMOPS_SIMD_CLONES void swiglu_backward_row(const float* dy, const float* gate, const float* up, float* dgate,
                                            float* dup, std::int64_t count) {
  float power[kChunk];
  for (std::int64_t begin = 0; begin < count; begin += kChunk) {
    const std::int64_t size = std::min(kChunk, count - begin);
#pragma omp simd
    for (std::int64_t i = 0; i < size; ++i) power[i] = std::min(-gate[begin + i], kLargestPower);
    exp_row(power, power, size);
#pragma omp simd
    for (std::int64_t i = 0; i < size; ++i) {
      const float sigmoid = 1.0F / (1.0F + power[i]), x = gate[begin + i], grad = dy[begin + i];
      dgate[begin + i] = grad * up[begin + i] * sigmoid * (1.0F + x * (1.0F - sigmoid));
      dup[begin + i] = grad * x * sigmoid;
    }
  }
}

struct SwiGlu : torch::autograd::Function<SwiGlu> {
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, const at::Tensor& gate, const at::Tensor& up) {
    ctx->save_for_backward({gate, up});
    const at::Tensor rows = as_rows(gate);
    at::Tensor y = at::empty_like(rows);
    const std::int64_t cols = gate.size(-1);
    over_rows({rows, as_rows(up)}, {y}, cols, [&](const FloatRows& part) {
      for (std::int64_t at = 0; at < part.count * cols; at += cols) {
        swiglu_row(part.in[0] + at, part.in[1] + at, part.out[0] + at, cols);
      }
    });
    return y.to(gate.scalar_type());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const at::Tensor gate = as_rows(saved[0]), up = as_rows(saved[1]);
    at::Tensor dgate = at::empty_like(gate), dup = at::empty_like(up);
    const std::int64_t cols = gate.size(-1);
    over_rows({as_rows(grads[0]), gate, up}, {dgate, dup}, cols, [&](const FloatRows& part) {
      for (std::int64_t at = 0; at < part.count * cols; at += cols) {
        swiglu_backward_row(part.in[0] + at, part.in[1] + at, part.in[2] + at, part.out[0] + at, part.out[1] + at,
                            cols);
      }
    });
    return {dgate.to(saved[0].scalar_type()), dup.to(saved[1].scalar_type())};
  }
};

}  // namespace

at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up) {
  if (gate.sizes() != up.sizes()) {
    throw InputError(fmt::format("swiglu: up has shape {}, expected {} to match gate", shape_text(up.sizes()),
                                 shape_text(gate.sizes())));
  }
  return gate.is_cpu() ? SwiGlu::apply(gate, up) : at::silu(gate) * up;
}

}  // namespace llmops::ops
