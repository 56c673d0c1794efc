// Packed weights times activations on the GPU: W4A16 and W8A16.
#pragma once

#include <cstdint>

#include "cuda/device.h"
#include "cuda/half_format.h"
#include "cuda/packed_weights.h"

namespace llmops::cuda {

inline constexpr int kMostGemvTokens = 8;

/// Activations in device memory.
struct ProductInput {
  const HalfBits* x;  ///< (N, cols), rows `stride` numbers apart; at a multiple of 16 bytes
  HalfFormat format;
  std::int64_t stride;  ///< a multiple of 8
  std::int64_t tokens;  ///< N; 0 is a no-op
};

/// Where products go, device memory, rows `stride` numbers apart: to `y` in the input's format or, where it is set, to
/// `wide` in float32 (logits).
struct ProductOutput {
  HalfBits* y = nullptr;        ///< (N, rows)
  float* wide = nullptr;        ///< (N, rows)
  const float* bias = nullptr;  ///< (rows), added; or null
  std::int64_t stride = 0;
};

/// y = x W^T, added up in float32: by packed_gemv() up to kMostGemvTokens tokens, else by packed_gemm(). The two add in
/// different orders: bits of a token's result may differ between them, not within one.
/// Asynchronous on `stream`. The caller has checked shapes.
/// @throws SystemError  if a launch fails
void packed_product(const PackedWeights& weights, const ProductInput& in, const ProductOutput& out, Stream stream);

/// At most kMostGemvTokens tokens.
void packed_gemv(const PackedWeights& weights, const ProductInput& in, const ProductOutput& out, Stream stream);
/// Any number of tokens, on the tensor cores. Numbers are exact in 16 bits, and scales are applied to sums in float32.
void packed_gemm(const PackedWeights& weights, const ProductInput& in, const ProductOutput& out, Stream stream);

}  // namespace llmops::cuda
