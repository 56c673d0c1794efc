// The gated activation of the Llama family on the GPU.
#pragma once

#include <cstdint>

#include "cuda/device.h"
#include "cuda/half_format.h"

namespace llmops::cuda {

/// The two inputs of the activation, device memory; row n of each starts `stride` numbers after row n - 1, so that both
/// may lie in the rows of one fused product.
struct GateAndUp {
  const HalfBits* gate;  ///< (N, F)
  const HalfBits* up;    ///< (N, F)
  std::int64_t stride;
};

/// y = silu(gate) * up, in float32. @param y  (rows, cols) dense; must not overlap the inputs unless it is one of them
/// and stride is cols
/// Asynchronous on `stream`. The caller has checked shapes.
/// @throws SystemError  if the launch fails
/// Source: Shazeer, 2020, "GLU Variants Improve Transformer".
void swiglu(HalfFormat format, const GateAndUp& in, HalfBits* y, std::int64_t rows, std::int64_t cols, Stream stream);

}  // namespace llmops::cuda
