// Grouped-query attention over a flat token axis.
#pragma once

#include <ATen/ATen.h>

#include <span>

#include "model/segment.h"

namespace llmops::model {

struct AttentionOptions {
  double scale = 1;         ///< of scores
  double softcap = 0;       ///< scores become cap tanh(score / cap); 0 is off
  std::int64_t window = 0;  ///< a token sees itself and the window - 1 tokens before it; 0 is off
  at::Tensor key_bias;      ///< (H, T) float32, added to the scores of the key at position t; or undefined
};

/// Causal attention of every segment to itself.
///
/// @param q       (N, H, D), rotated
/// @param k, v    (N, K, D); k rotated; head h reads key head h / (H / K)
/// @returns (N, H * D)
at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::span<const Segment> segments,
                  const AttentionOptions& options);

}  // namespace llmops::model
