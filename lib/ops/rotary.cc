// Rotation of head halves: one pass, and its inverse as the gradient.
#include "ops/rotary.h"

#include <ATen/Parallel.h>

#include "core/error.h"
#include "ops/shape_text.h"
#include "ops/simd_clones.h"

namespace llmops::ops {
namespace {

constexpr std::int64_t kTokensPerTask = 16;

/// One token: `heads` heads of 2 * `half` values. @param sign  1 forward, -1 for the inverse
LLMOPS_SIMD_CLONES void rotate_token(const float* x, const float* cos, const float* sin, float sign, float* y,
                                     std::int64_t heads, std::int64_t half) {
  for (std::int64_t h = 0; h < heads; ++h) {
    const float* a = x + h * 2 * half;
    const float* b = a + half;
    float* ya = y + h * 2 * half;
    float* yb = ya + half;
#pragma omp simd
    for (std::int64_t i = 0; i < half; ++i) {
      ya[i] = a[i] * cos[i] - sign * b[i] * sin[i];
      yb[i] = b[i] * cos[i] + sign * a[i] * sin[i];
    }
  }
}

at::Tensor rotated(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, float sign) {
  const at::Tensor in = x.to(at::kFloat).contiguous();
  at::Tensor y = at::empty_like(in);
  const std::int64_t heads = x.size(1), size = x.size(2), half = size / 2;
  at::parallel_for(0, x.size(0), kTokensPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t n = begin; n < end; ++n) {
      rotate_token(in.const_data_ptr<float>() + n * heads * size, cos.const_data_ptr<float>() + n * half,
                   sin.const_data_ptr<float>() + n * half, sign, y.data_ptr<float>() + n * heads * size, heads, half);
    }
  });
  return y.to(x.scalar_type());
}

struct Rotate : torch::autograd::Function<Rotate> {
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, const at::Tensor& x, const at::Tensor& cos,
                            const at::Tensor& sin) {
    ctx->save_for_backward({cos, sin});
    return rotated(x, cos, sin, 1);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    return {rotated(grads[0], saved[0], saved[1], -1), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
  const bool fits = x.dim() == 3 && x.size(2) % 2 == 0 && cos.sizes() == sin.sizes() && cos.dim() == 2 &&
                    cos.size(0) == x.size(0) && cos.size(1) == x.size(2) / 2;
  if (!fits) {
    throw InputError(fmt::format("rotate: angles have shapes {} and {}, which do not fit x {}", shape_text(cos.sizes()),
                                 shape_text(sin.sizes()), shape_text(x.sizes())));
  }
  return Rotate::apply(x, cos, sin);
}

}  // namespace llmops::ops
