// SwiGLU as one autograd node, so that silu(gate) is not kept between forward and backward.
#include "ops/swiglu.h"

#include "core/error.h"
#include "ops/shape_text.h"

namespace llmops::ops {
namespace {

struct SwiGlu : torch::autograd::Function<SwiGlu> {
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, const at::Tensor& gate, const at::Tensor& up) {
    ctx->save_for_backward({gate, up});
    return at::silu(gate).mul_(up);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const at::Tensor& gate = saved[0];
    const at::Tensor& up = saved[1];
    return {at::silu_backward(grads[0] * up, gate), at::silu(gate).mul_(grads[0])};
  }
};

}  // namespace

at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up) {
  if (gate.sizes() != up.sizes()) {
    throw InputError(fmt::format("swiglu: up has shape {}, expected {} to match gate", shape_text(up.sizes()),
                                 shape_text(gate.sizes())));
  }
  return SwiGlu::apply(gate, up);
}

}  // namespace llmops::ops
