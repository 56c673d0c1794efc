// Rotary positions: angles for each token, with the context-extension variants of transformers.
#pragma once

#include <ATen/ATen.h>

#include <span>
#include <vector>

#include "model/kv_cache.h"
#include "model/model_config.h"

namespace llmops::model {

/// What multiplies the two halves of a head (or of its first R elements) at each token.
struct RotaryAngles {
  at::Tensor cos, sin;  ///< (N, R / 2) float32
};

/// Su et al., 2021, "RoFormer"; the variants as transformers' modeling_rope_utils computes them. R is the
/// configuration's rotary_size.
class Rotary {
 public:
  Rotary() = default;
  /// @throws InputError  for an unknown scaling, or factors that do not fit the head size
  explicit Rotary(const ModelConfig& config);

  /// Angles of all tokens of `segments`, in order. "dynamic" and "longrope" depend on how long a sequence is by now, so
  /// each segment has its own frequencies; keys cached earlier keep the rotation they were stored with, as in
  /// transformers.
  RotaryAngles angles(std::span<const Segment> segments) const;

  /// (R / 2) float32, for a sequence of `length` tokens in all.
  at::Tensor inverse_frequencies(std::int64_t length) const;
  /// Multiplies cos and sin (yarn, longrope); 1 elsewhere.
  double attention_factor() const { return attention_factor_; }

 private:
  ModelConfig config_;
  at::Tensor fixed_;  ///< (R / 2), where they do not depend on the length; longrope: the short ones
  at::Tensor long_;   ///< (R / 2), longrope beyond the original context
  double attention_factor_ = 1;
};

/// The configuration as layers with a window see it, where they have positions of their own.
ModelConfig with_local_positions(ModelConfig config);

}  // namespace llmops::model
