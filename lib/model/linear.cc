// A linear layer with its optional low-rank adapter.
#include "model/linear.h"

#include <ATen/core/grad_mode.h>

namespace llmops::model {
namespace {

/// y (N, out) + scale * (B (A x) + bias).
at::Tensor add_lora(const at::Tensor& y, const at::Tensor& x, const Lora& lora) {
  const at::Tensor low_rank = at::linear(x, lora.a);  // (N, r)
  const at::Tensor sum = at::addmm(y, low_rank, lora.b.t(), /*beta=*/1, /*alpha=*/lora.scale);
  return lora.bias.defined() ? at::add(sum, lora.bias, lora.scale) : sum;
}

/// W x, without the bias.
at::Tensor multiply(const Linear& linear, const at::Tensor& x) {
  if (linear.quantized) return quantized_linear(x, linear.quantized, at::Tensor());
  return at::linear(x, linear.weight.to(x.scalar_type()));
}

/// y + (factor - 1) W x + factor scale B (A x), where y = W x + bias of x as it was before dropout.
at::Tensor add_dora(const Linear& linear, const at::Tensor& y, const at::Tensor& x, bool dropped) {
  const Lora& lora = *linear.lora;
  const at::Tensor factor = lora.magnitude / linear.row_lengths();  // (out)
  at::Tensor plain = y;
  if (dropped) {
    plain = multiply(linear, x);
  } else if (linear.bias.defined()) {
    plain = y - linear.bias;
  }
  const at::Tensor change = at::linear(at::linear(x, lora.a), lora.b) * lora.scale;
  return y + (factor - 1) * plain + factor * change;
}

}  // namespace

at::Tensor Linear::row_lengths() const {
  const at::NoGradGuard no_grad;
  const at::Tensor sum = at::addmm(dense().to(at::kFloat), lora->b, lora->a, /*beta=*/1, /*alpha=*/lora->scale);
  return at::linalg_vector_norm(sum, 2, at::IntArrayRef{1});
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  const at::Tensor y = quantized        ? quantized_linear(x, quantized, bias)
                       : bias.defined() ? at::linear(x, weight, bias)
                                        : at::linear(x, weight);
  if (!lora) return y;
  at::Tensor input = x.to(at::kFloat);
  const bool dropped = lora->dropout > 0 && at::GradMode::is_enabled();
  if (dropped) input = at::dropout(input, lora->dropout, /*train=*/true);
  const at::Tensor adapted = lora->magnitude.defined() ? add_dora(*this, y.to(at::kFloat), input, dropped)
                                                       : add_lora(y.to(at::kFloat), input, *lora);
  return adapted.to(y.scalar_type());
}

}  // namespace llmops::model
