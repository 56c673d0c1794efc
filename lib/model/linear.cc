// A linear layer with its optional low-rank adapter.
#include "model/linear.h"

#include <ATen/core/grad_mode.h>

namespace llmops::model {
namespace {

/// y (N, out) + scale * B (A dropout(x)), computed in float32 and returned in y's dtype.
at::Tensor add_lora(const at::Tensor& y, const at::Tensor& x, const Lora& lora) {
  at::Tensor input = x.to(at::kFloat);
  if (lora.dropout > 0 && at::GradMode::is_enabled()) input = at::dropout(input, lora.dropout, /*train=*/true);
  const at::Tensor low_rank = at::linear(input, lora.a);  // (N, r)
  return at::addmm(y.to(at::kFloat), low_rank, lora.b.t(), /*beta=*/1, /*alpha=*/lora.scale).to(y.scalar_type());
}

}  // namespace

at::Tensor Linear::operator()(const at::Tensor& x) const {
  const at::Tensor y = bias.defined() ? at::linear(x, weight, bias) : at::linear(x, weight);
  return lora ? add_lora(y, x, *lora) : y;
}

}  // namespace llmops::model
