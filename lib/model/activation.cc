#include "model/activation.h"

namespace llmops::model {

at::Tensor activate(const at::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::kSilu: return at::silu(x);
    case Activation::kGelu: return at::gelu(x);
    case Activation::kGeluTanh: return at::gelu(x, "tanh");
    case Activation::kRelu: return at::relu(x);
    case Activation::kReluSquared: return at::relu(x).square();
    case Activation::kQuickGelu: return x * at::sigmoid(1.702 * x);
  }
  return x;
}

}  // namespace llmops::model
