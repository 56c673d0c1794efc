// Gradient checkpointing as an autograd node.
#include "model/recompute.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>

namespace llmops::model {
namespace {

using Forward = std::function<at::Tensor(const at::Tensor&)>;

/// Carries the function through the context, which holds only values of libtorch's own types.
struct ForwardHolder : torch::CustomClassHolder {
  explicit ForwardHolder(Forward f) : forward(std::move(f)) {}
  Forward forward;
};

at::Generator generator_of(at::Device device) { return at::globalContext().defaultGenerator(device); }

/// Sets the generator back when it goes, so that recomputation does not disturb the random numbers of the next step.
class RandomState {
 public:
  RandomState(at::Device device, const at::Tensor& now)
      : generator_(generator_of(device)), state_(generator_.get_state()) {
    generator_.set_state(now);
  }
  ~RandomState() { generator_.set_state(state_); }
  RandomState(const RandomState&) = delete;
  RandomState& operator=(const RandomState&) = delete;

 private:
  at::Generator generator_;
  at::Tensor state_;
};

struct Recompute : torch::autograd::Function<Recompute> {
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, const at::Tensor& x, at::TensorList parameters,
                            const std::shared_ptr<Forward>& function) {
    ctx->saved_data["random"] = generator_of(x.device()).get_state();
    torch::autograd::variable_list saved = {x};
    saved.insert(saved.end(), parameters.begin(), parameters.end());
    ctx->save_for_backward(saved);
    ctx->saved_data["forward"] = c10::IValue::make_capsule(c10::make_intrusive<ForwardHolder>(*function));
    const at::AutoGradMode with_gradients(true);  // as in the second pass: dropout asks for it
    return (*function)(x.detach()).detach();
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const auto saved = ctx->get_saved_variables();
    const auto holder = c10::static_intrusive_pointer_cast<ForwardHolder>(ctx->saved_data["forward"].toCapsule());
    const at::AutoGradMode with_gradients(true);
    torch::autograd::variable_list inputs(saved);
    inputs[0] = saved[0].detach().requires_grad_();
    at::Tensor y;
    {
      const RandomState as_before(saved[0].device(), ctx->saved_data["random"].toTensor());
      y = holder->forward(inputs[0]);
    }
    auto results = torch::autograd::grad({y}, inputs, {grads[0]}, /*retain_graph=*/false, /*create_graph=*/false,
                                         /*allow_unused=*/true);
    results.emplace_back();  // the function has no gradient
    return results;
  }
};

}  // namespace

at::Tensor recompute(const at::Tensor& x, const std::vector<at::Tensor>& parameters, Forward forward) {
  return Recompute::apply(x, at::TensorList(parameters), std::make_shared<Forward>(std::move(forward)));
}

}  // namespace llmops::model
