#include "model/output_head.h"

namespace llmops::model {

at::Tensor OutputHead::logits(const at::Tensor& hidden) const {
  const at::ScalarType format = hidden.scalar_type();
  at::Tensor logits = at::linear(hidden, weight.to(format), bias.defined() ? bias.to(format) : bias).to(at::kFloat);
  if (scale != 1) logits = logits * scale;
  if (softcap > 0) logits = at::tanh(logits / softcap) * softcap;
  return logits;
}

at::Tensor OutputHead::backward(const at::Tensor& logits, at::Tensor gradient, at::ScalarType format) const {
  if (softcap > 0) gradient.mul_(1 - (logits / softcap).square());
  if (scale != 1) gradient.mul_(scale);
  return at::mm(gradient.to(format), weight.to(format));
}

}  // namespace llmops::model
