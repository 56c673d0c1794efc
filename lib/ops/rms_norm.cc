// RMSNorm: checks, and its place in autograd.
#include "ops/rms_norm.h"

#include "core/error.h"
#include "ops/float_rows.h"
#include "ops/rms_norm_cpu.h"
#include "ops/shape_text.h"

namespace llmops::ops {
namespace {

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
    const at::Tensor in = as_rows(x), weight = as_float(gamma);
    const std::int64_t cols = in.size(-1);
    at::Tensor y = at::empty_like(in);
    at::Tensor rstd = at::empty({cols == 0 ? 0 : in.numel() / cols}, at::kFloat);
    over_rows({in}, {y}, cols, [&](const FloatRows& rows) {
      rms_norm_forward(rows.in[0], weight.const_data_ptr<float>(), rows.out[0], rstd.data_ptr<float>() + rows.first,
                       rows.count, cols, static_cast<float>(epsilon));
    });
    ctx->save_for_backward({x, gamma, rstd});
    return y.to(x.scalar_type());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const at::Tensor in = as_rows(saved[0]), weight = as_float(saved[1]), dy = as_rows(grads[0]);
    const at::Tensor& rstd = saved[2];
    const std::int64_t cols = in.size(-1);
    at::Tensor dx = at::empty_like(in);
    over_rows({dy, in}, {dx}, cols, [&](const FloatRows& rows) {
      rms_norm_backward(rows.in[0], rows.in[1], weight.const_data_ptr<float>(),
                        rstd.const_data_ptr<float>() + rows.first, rows.out[0], rows.count, cols);
    });
    at::Tensor dgamma;
    if (ctx->needs_input_grad(1)) {
      const at::Tensor normalized = as_float(in).reshape({-1, cols}) * rstd.unsqueeze(1);
      dgamma = (as_float(dy).reshape({-1, cols}) * normalized).sum(0).to(saved[1].scalar_type());
    }
    return {dx.to(saved[0].scalar_type()), dgamma, at::Tensor()};
  }
};

/// By libtorch's operations, on a device that the kernel does not know.
at::Tensor rms_norm_of_tensors(const at::Tensor& x, const at::Tensor& gamma, double epsilon) {
  const at::Tensor in = x.to(at::kFloat);
  const at::Tensor rstd = at::rsqrt(in.square().mean(-1, /*keepdim=*/true) + epsilon);
  return (in * rstd * gamma.to(at::kFloat)).to(x.scalar_type());
}

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& gamma, double epsilon) {
  check(x, gamma);
  if (!x.is_cpu()) return rms_norm_of_tensors(x, gamma, epsilon);
  return RmsNorm::apply(x, gamma, epsilon);
}

}  // namespace llmops::ops
