#include "model/output_head.h"

namespace llmops::model {

at::Tensor OutputHead::logits(const at::Tensor& hidden) const {
  at::Tensor logits = bias.defined() ? at::linear(hidden, weight, bias) : at::linear(hidden, weight);
  logits = logits.to(at::kFloat);
  if (scale != 1) logits = logits * scale;
  if (softcap > 0) logits = at::tanh(logits / softcap) * softcap;
  return logits;
}

at::Tensor OutputHead::backward(const at::Tensor& logits, at::Tensor gradient) const {
  if (softcap > 0) gradient.mul_(1 - (logits / softcap).square());
  if (scale != 1) gradient.mul_(scale);
  return at::mm(gradient.to(weight.scalar_type()), weight);
}

}  // namespace llmops::model
