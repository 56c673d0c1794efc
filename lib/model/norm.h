// The norms of a decoder.
#pragma once

#include <ATen/ATen.h>

#include "model/model_config.h"

namespace llmops::model {

struct Norm {
  bool present = false;  ///< otherwise the identity
  NormKind kind = NormKind::kRms;
  double epsilon = 1e-5;
  at::Tensor weight;  ///< (cols) as stored, or undefined
  at::Tensor bias;    ///< (cols), or undefined

  /// To be called once weights are in place: makes what they are multiplied by.
  void prepare();
  /// @param x  (..., cols) @returns x's shape and dtype
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  at::Tensor gain_;  ///< (cols)
};

}  // namespace llmops::model
