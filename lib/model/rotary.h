// Angles of rotary positions for each token, as tensors.
#pragma once

#include <ATen/ATen.h>

#include <span>

#include "model/rotary_frequencies.h"
#include "model/segment.h"

namespace llmops::model {

/// What multiplies the two halves of a head (or of its first R elements) at each token.
struct RotaryAngles {
  at::Tensor cos, sin;  ///< (N, R / 2) float32
  RotaryAngles to(at::Device device) const { return {cos.to(device), sin.to(device)}; }
};

class Rotary {
 public:
  Rotary() = default;
  /// @throws InputError  for an unknown scaling, or factors that do not fit the head size
  explicit Rotary(const ModelConfig& config) : frequencies_(config) {}

  /// Angles of all tokens of `segments`, in order. "dynamic" and "longrope" depend on how long a sequence is, so each
  /// segment has its own frequencies.
  RotaryAngles angles(std::span<const Segment> segments) const;

 private:
  RotaryFrequencies frequencies_;
};

}  // namespace llmops::model
