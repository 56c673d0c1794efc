// A linear layer with its optional low-rank adapter.
#include "model/linear.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

namespace llmops::model {
namespace {

/// W x + bias in x's format.
at::Tensor multiply(const Linear& linear, const at::Tensor& x) {
  const at::Tensor bias = linear.bias.defined() ? linear.bias.to(x.scalar_type()) : at::Tensor();
  if (linear.quantized) return quantized_linear(x, linear.quantized, bias);
  return at::linear(x, linear.weight.to(x.scalar_type()), bias);
}

/// W x + bias + scale * B (A x) of a frozen W, as one node: the gradient of x is summed while it is made.
struct LowRankLinear : torch::autograd::Function<LowRankLinear> {
  /// Carries the layer through the context, which holds only values of libtorch's own types.
  struct Holder : torch::CustomClassHolder {
    explicit Holder(Linear l) : linear(std::move(l)) {}
    Linear linear;
  };

  /// @param x  (N, in) @param input  x after dropout, or x @param a  (r, in) @param b  (out, r)
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, const at::Tensor& x, const at::Tensor& input,
                            const at::Tensor& a, const at::Tensor& b, const Linear& linear, bool dropped) {
    const at::Tensor low_rank = at::linear(input, a.to(x.scalar_type()));  // (N, r)
    at::Tensor y = multiply(linear, x);
    y.addmm_(low_rank, b.to(x.scalar_type()).t(), /*beta=*/1, /*alpha=*/linear.lora->scale);
    ctx->save_for_backward({input, low_rank, a, b});
    ctx->saved_data["dropped"] = dropped;
    ctx->saved_data["linear"] = c10::IValue::make_capsule(c10::make_intrusive<Holder>(linear));
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const auto holder = c10::static_intrusive_pointer_cast<Holder>(ctx->saved_data["linear"].toCapsule());
    const at::Tensor &dy = grads[0], &input = saved[0], &low_rank = saved[1];
    const at::ScalarType format = dy.scalar_type();
    const double scale = holder->linear.lora->scale;
    const at::Tensor dlow = at::mm(dy, (saved[3] * scale).to(format));  // (N, r)
    at::Tensor dx, ddropped;
    if (ctx->needs_input_grad(0)) dx = at::mm(dy, holder->linear.dense().to(format));
    if (ctx->saved_data["dropped"].toBool()) {
      ddropped = at::mm(dlow, saved[2].to(format));
    } else if (dx.defined()) {
      dx.addmm_(dlow, saved[2].to(format));
    }
    const at::Tensor da = at::mm(dlow.t(), input).to(at::kFloat);
    const at::Tensor db = at::mm(dy.t(), low_rank).to(at::kFloat).mul_(scale);
    return {dx, ddropped, da, db, at::Tensor(), at::Tensor()};
  }
};

/// W x + bias + (factor - 1) W x' + factor scale B (A x'), where x' is x after dropout.
at::Tensor with_dora(const Linear& linear, const at::Tensor& x, const at::Tensor& input, bool dropped) {
  const Lora& lora = *linear.lora;
  const at::ScalarType format = x.scalar_type();
  const at::Tensor factor = lora.magnitude / linear.row_lengths();  // (out)
  const at::Tensor y = multiply(linear, x);
  at::Tensor plain = dropped ? multiply(linear, input) : y;
  if (linear.bias.defined()) plain = plain - linear.bias;
  const at::Tensor change = at::linear(at::linear(input, lora.a.to(format)), lora.b.to(format)) * lora.scale;
  return (y + (factor - 1) * plain + factor * change).to(format);
}

}  // namespace

at::Tensor Linear::row_lengths() const {
  const at::NoGradGuard no_grad;
  const at::Tensor sum = at::addmm(dense().to(at::kFloat), lora->b, lora->a, /*beta=*/1, /*alpha=*/lora->scale);
  return at::linalg_vector_norm(sum, 2, at::IntArrayRef{1});
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  if (!lora) return multiply(*this, x);
  const bool drops = lora->dropout > 0 && at::GradMode::is_enabled();
  const at::Tensor input = drops ? at::dropout(x, lora->dropout, /*train=*/true) : x;
  if (lora->magnitude.defined()) return with_dora(*this, x, input, drops);
  const at::Tensor y = LowRankLinear::apply(x, input, lora->a, lora->b, *this, drops);
  return lora->bias.defined() ? y + lora->bias.to(y.scalar_type()) * lora->scale : y;
}

}  // namespace llmops::model
