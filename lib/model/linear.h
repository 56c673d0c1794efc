// A linear layer and the low-rank adapter that may sit on it.
#pragma once

#include <ATen/ATen.h>

#include <memory>

#include "model/quantized_weight.h"

namespace llmops::model {

/// y += scale * (B (A dropout(x)) + bias). Hu et al., 2021, "LoRA". Kept in float32, multiplied
/// in the format of x.
/// With a magnitude, y = magnitude / |W + scale B A| * (W + scale B A) x, row by row, where the length gets no
/// gradient. Liu et al., 2024, "DoRA", section 4.3.
struct Lora {
  at::Tensor a;          ///< (r, in)
  at::Tensor b;          ///< (out, r)
  at::Tensor bias;       ///< (out), or undefined
  at::Tensor magnitude;  ///< (out), or undefined; never together with a bias
  double scale = 1;      ///< alpha / r, or alpha / sqrt(r) with rsLoRA
  double dropout = 0;    ///< probability; 0 is off; applied only while gradients are on
};

struct Linear {
  at::Tensor weight;                              ///< (out, in), or undefined
  at::Tensor bias;                                ///< (out), or undefined
  std::shared_ptr<Lora> lora;                     ///< null without an adapter
  c10::intrusive_ptr<QuantizedWeight> quantized;  ///< in place of the weight: in few bits, frozen

  bool present() const { return quantized || weight.defined(); }
  std::int64_t out() const { return quantized ? quantized->rows() : weight.size(0); }
  std::int64_t in() const { return quantized ? quantized->cols() : weight.size(1); }
  at::Tensor dense() const { return quantized ? quantized->dense() : weight; }  ///< (out, in)

  /// @param x  (N, in) @returns (N, out) in x's dtype
  at::Tensor operator()(const at::Tensor& x) const;
  /// (out): how long each row of W + scale B A is. Needs an adapter.
  at::Tensor row_lengths() const;
};

}  // namespace llmops::model
