// Grouped-query attention over a flat token axis.
#pragma once

#include <ATen/ATen.h>

#include <span>

#include "model/kv_cache.h"

namespace llmops::model {

struct AttentionOptions {
  double scale = 1;         ///< of scores
  double softcap = 0;       ///< scores become cap tanh(score / cap); 0 is off
  std::int64_t window = 0;  ///< a token sees itself and the window - 1 tokens before it; 0 is off
  at::Tensor key_bias;      ///< (H, T) float32, added to the scores of the key at position t; or undefined
};

/// Causal attention of every segment to itself and to what its cache holds.
///
/// @param q       (N, H, D), rotated
/// @param k, v    (N, K, D); k rotated; head h reads key head h / (H / K)
/// @param layer   whose keys and values of the caches to extend; cache lengths are left as they are
/// @returns (N, H * D); differentiable where no segment has a cache
at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::span<const Segment> segments,
                  int layer, const AttentionOptions& options);

/// One new token for each of many sequences: the step that generation repeats.
struct DecodeStep {
  std::int64_t row = 0;      ///< of q, k, v and out
  KvCache* cache = nullptr;  ///< with room for one more token
};

/// As attend(), for `steps` alone; writes their rows of `out` (N, H * D). Float32 or bfloat16, without gradients.
void attend_decode(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::span<const DecodeStep> steps,
                   int layer, const AttentionOptions& options, at::Tensor& out);

}  // namespace llmops::model
