// Rotation of heads by position on the GPU.
#pragma once

#include <cstdint>

#include "cuda/device.h"
#include "cuda/half_format.h"

namespace llmops::cuda {

/// Angles of all positions, device memory.
struct RotaryTable {
  const float* cos;  ///< (T, half)
  const float* sin;  ///< (T, half)
  int half;          ///< R / 2; the first 2 * half elements of a head turn, the others stay
  bool pairs;        ///< neighbouring elements turn together, rather than element i with i + half
};

/// Heads of the tokens of a step, device memory: head h of token n starts at x + n * stride + h * size.
struct HeadRows {
  HalfBits* x;
  std::int64_t stride;  ///< between tokens
  int heads, size;
};

/// (a, b) -> (a cos - b sin, b cos + a sin), in place, in float32.
/// @param positions  (tokens), of each token in its sequence; the table reaches beyond all of them
/// Asynchronous on `stream`. The caller has checked shapes.
/// @throws SystemError  if the launch fails
/// Source: Su et al., 2021, "RoFormer".
void rotate_heads(HalfFormat format, const HeadRows& rows, const RotaryTable& table, const std::int32_t* positions,
                  std::int64_t tokens, Stream stream);

}  // namespace llmops::cuda
