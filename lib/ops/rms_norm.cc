// RMSNorm: checks, float32 in between, and its place in autograd.
#include "ops/rms_norm.h"

#include <ATen/Parallel.h>

#include "core/error.h"
#include "ops/rms_norm_cpu.h"
#include "ops/shape_text.h"

namespace llmops::ops {
namespace {

constexpr std::int64_t kRowsPerTask = 16;

void check(const at::Tensor& x, const at::Tensor& gamma) {
  if (x.dim() < 1 || gamma.dim() != 1 || gamma.size(0) != x.size(-1)) {
    const auto expected = x.dim() < 1 ? std::int64_t{1} : x.size(-1);
    throw InputError(fmt::format("rms_norm: gamma has shape {}, expected ({}) to match x {}", shape_text(gamma.sizes()),
                                 expected, shape_text(x.sizes())));
  }
}

at::Tensor as_float(const at::Tensor& tensor) { return tensor.to(at::kFloat).contiguous(); }

struct RmsNorm : torch::autograd::Function<RmsNorm> {
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, const at::Tensor& x, const at::Tensor& gamma,
                            double epsilon) {
    const at::Tensor in = as_float(x);
    const at::Tensor weight = as_float(gamma);
    const std::int64_t cols = in.size(-1);
    const std::int64_t rows = cols == 0 ? 0 : in.numel() / cols;
    at::Tensor y = at::empty_like(in);
    at::Tensor rstd = at::empty({rows}, in.options());
    at::parallel_for(0, rows, kRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
      rms_norm_forward(in.const_data_ptr<float>() + begin * cols, weight.const_data_ptr<float>(),
                       y.data_ptr<float>() + begin * cols, rstd.data_ptr<float>() + begin, end - begin, cols,
                       static_cast<float>(epsilon));
    });
    ctx->save_for_backward({x, gamma, rstd});
    return y.to(x.scalar_type());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const at::Tensor in = as_float(saved[0]);
    const at::Tensor weight = as_float(saved[1]);
    const at::Tensor& rstd = saved[2];
    const at::Tensor dy = as_float(grads[0]);
    const std::int64_t cols = in.size(-1);
    at::Tensor dx = at::empty_like(in);
    at::parallel_for(0, rstd.size(0), kRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
      rms_norm_backward(dy.const_data_ptr<float>() + begin * cols, in.const_data_ptr<float>() + begin * cols,
                        weight.const_data_ptr<float>(), rstd.const_data_ptr<float>() + begin,
                        dx.data_ptr<float>() + begin * cols, end - begin, cols);
    });
    at::Tensor dgamma;
    if (ctx->needs_input_grad(1)) {
      const at::Tensor normalized = in.reshape({-1, cols}) * rstd.unsqueeze(1);
      dgamma = (dy.reshape({-1, cols}) * normalized).sum(0).to(saved[1].scalar_type());
    }
    return {dx.to(saved[0].scalar_type()), dgamma, at::Tensor()};
  }
};

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& gamma, double epsilon) {
  check(x, gamma);
  return RmsNorm::apply(x, gamma, epsilon);
}

}  // namespace llmops::ops
