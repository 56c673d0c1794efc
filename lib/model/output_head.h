// From a token's last hidden state to its logits.
#pragma once

#include <ATen/ATen.h>

namespace llmops::model {

/// logits = cap(scale * (W x + b)), cap(z) = softcap tanh(z / softcap).
struct OutputHead {
  at::Tensor weight;   ///< (V, C)
  at::Tensor bias;     ///< (V), or undefined
  double scale = 1;    ///< Granite, Cohere
  double softcap = 0;  ///< Gemma; 0 is off

  /// @param hidden  (M, C) @returns (M, V) float32
  at::Tensor logits(const at::Tensor& hidden) const;
  /// @param logits    (M, V), as made above
  /// @param gradient  (M, V) float32, to the logits; overwritten
  /// @param format    of `hidden`
  /// @returns (M, C), to `hidden`
  at::Tensor backward(const at::Tensor& logits, at::Tensor gradient, at::ScalarType format) const;
};

}  // namespace llmops::model
