// Rotation of heads: one pass, and its inverse as the gradient.
#include "ops/rotary.h"

#include "core/error.h"
#include "ops/float_rows.h"
#include "ops/shape_text.h"
#include "ops/simd_clones.h"

namespace llmops::ops {
namespace {

struct Shape {
  std::int64_t heads;
  std::int64_t size;  ///< D
  std::int64_t half;  ///< R / 2
};

/// One token, halves of R values. @param sign  1 forward, -1 for the inverse
LLMOPS_SIMD_CLONES void rotate_halves(const float* x, const float* cos, const float* sin, float sign, float* y,
                                      const Shape& shape) {
  const std::int64_t half = shape.half;
  for (std::int64_t h = 0; h < shape.heads; ++h) {
    const float* a = x + h * shape.size;
    const float* b = a + half;
    float* ya = y + h * shape.size;
    float* yb = ya + half;
#pragma omp simd
    for (std::int64_t i = 0; i < half; ++i) {
      ya[i] = a[i] * cos[i] - sign * b[i] * sin[i];
      yb[i] = b[i] * cos[i] + sign * a[i] * sin[i];
    }
    for (std::int64_t i = 2 * half; i < shape.size; ++i) ya[i] = a[i];
  }
}

/// One token, neighbouring pairs.
void rotate_pairs(const float* x, const float* cos, const float* sin, float sign, float* y, const Shape& shape) {
  for (std::int64_t h = 0; h < shape.heads; ++h) {
    const float* in = x + h * shape.size;
    float* out = y + h * shape.size;
    for (std::int64_t i = 0; i < shape.half; ++i) {
      const float a = in[2 * i], b = in[2 * i + 1];
      out[2 * i] = a * cos[i] - sign * b * sin[i];
      out[2 * i + 1] = b * cos[i] + sign * a * sin[i];
    }
    for (std::int64_t i = 2 * shape.half; i < shape.size; ++i) out[i] = in[i];
  }
}

at::Tensor rotated(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, bool pairs, float sign) {
  const at::Tensor in = as_rows(x);
  at::Tensor y = at::empty_like(in);
  const Shape shape{x.size(1), x.size(2), cos.size(1)};
  const std::int64_t cols = shape.heads * shape.size;
  const auto rotate_token = pairs ? rotate_pairs : rotate_halves;
  over_rows({in}, {y}, cols, [&](const FloatRows& tokens) {
    for (std::int64_t i = 0; i < tokens.count; ++i) {
      const std::int64_t angle = (tokens.first + i) * shape.half;
      rotate_token(tokens.in[0] + i * cols, cos.const_data_ptr<float>() + angle, sin.const_data_ptr<float>() + angle,
                   sign, tokens.out[0] + i * cols, shape);
    }
  });
  return y.to(x.scalar_type());
}

struct Rotate : torch::autograd::Function<Rotate> {
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, const at::Tensor& x, const at::Tensor& cos,
                            const at::Tensor& sin, bool pairs) {
    ctx->save_for_backward({cos, sin});
    ctx->saved_data["pairs"] = pairs;
    return rotated(x, cos, sin, pairs, 1);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    return {rotated(grads[0], saved[0], saved[1], ctx->saved_data["pairs"].toBool(), -1), at::Tensor(), at::Tensor(),
            at::Tensor()};
  }
};

/// By libtorch's operations, on a device that the kernel does not know.
at::Tensor rotated_tensors(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, bool pairs) {
  const std::int64_t half = cos.size(1);
  const at::Tensor turned = x.narrow(2, 0, 2 * half).to(at::kFloat);
  const at::Tensor both = pairs ? turned.unflatten(2, {half, 2}) : turned.unflatten(2, {2, half}).transpose(2, 3);
  const at::Tensor a = both.select(3, 0), b = both.select(3, 1), c = cos.unsqueeze(1), s = sin.unsqueeze(1);
  const at::Tensor y = at::stack({a * c - b * s, b * c + a * s}, pairs ? 3 : 2).flatten(2, 3).to(x.scalar_type());
  return 2 * half == x.size(2) ? y : at::cat({y, x.narrow(2, 2 * half, x.size(2) - 2 * half)}, 2);
}

}  // namespace

at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, bool pairs) {
  const bool fits = x.dim() == 3 && cos.sizes() == sin.sizes() && cos.dim() == 2 && cos.size(0) == x.size(0) &&
                    2 * cos.size(1) <= x.size(2);
  if (!fits) {
    throw InputError(fmt::format("rotate: angles have shapes {} and {}, which do not fit x {}", shape_text(cos.sizes()),
                                 shape_text(sin.sizes()), shape_text(x.sizes())));
  }
  return x.is_cpu() ? Rotate::apply(x, cos, sin, pairs) : rotated_tensors(x, cos, sin, pairs);
}

}  // namespace llmops::ops
