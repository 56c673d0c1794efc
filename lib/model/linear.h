// A linear layer and the low-rank adapter that may sit on it.
#pragma once

#include <ATen/ATen.h>

#include <memory>

namespace llmops::model {

/// y += scale * B (A dropout(x)). Hu et al., 2021, "LoRA". Always float32.
struct Lora {
  at::Tensor a;        ///< (r, in)
  at::Tensor b;        ///< (out, r)
  double scale = 1;    ///< alpha / r, or alpha / sqrt(r) with rsLoRA
  double dropout = 0;  ///< probability; 0 is off; applied only while gradients are on
};

struct Linear {
  at::Tensor weight;  ///< (out, in), frozen
  at::Tensor bias;    ///< (out), or undefined
  std::shared_ptr<Lora> lora;

  /// @param x  (N, in) @returns (N, out) in x's dtype
  at::Tensor operator()(const at::Tensor& x) const;
};

}  // namespace llmops::model
