#include "model/norm.h"

#include "ops/rms_norm.h"

namespace llmops::model {

/// 1 + weight is kept in float32: in bfloat16 it would lose what the weight holds. Gemma's code does the same.
void Norm::prepare() { gain_ = kind == NormKind::kRmsPlusOne && weight.defined() ? weight.to(at::kFloat) + 1 : weight; }

at::Tensor Norm::operator()(const at::Tensor& x) const {
  if (!present) return x;
  if (kind == NormKind::kRms || kind == NormKind::kRmsPlusOne) {
    const bool trained =
        kind == NormKind::kRmsPlusOne && weight.requires_grad();  // then 1 + weight never stays the same
    return ops::rms_norm(x, trained ? weight + 1 : gain_, epsilon);
  }
  return at::layer_norm(x, {x.size(-1)}, gain_, bias, epsilon);
}

}  // namespace llmops::model
