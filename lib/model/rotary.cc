// Angles of rotary positions.
#include "model/rotary.h"

#include <vector>

namespace llmops::model {

RotaryAngles Rotary::angles(std::span<const Segment> segments) const {
  std::vector<at::Tensor> parts;  // each (n, R / 2)
  parts.reserve(segments.size());
  for (const Segment& segment : segments) {
    const at::Tensor positions = at::arange(segment.length, at::kFloat);
    parts.push_back(at::outer(positions, at::tensor(frequencies_.of_length(segment.length), at::kFloat)));
  }
  const at::Tensor radians = parts.size() == 1 ? parts[0] : at::cat(parts);
  RotaryAngles angles{radians.cos(), radians.sin()};
  if (frequencies_.attention_factor() != 1) {
    angles.cos.mul_(frequencies_.attention_factor());
    angles.sin.mul_(frequencies_.attention_factor());
  }
  return angles;
}

}  // namespace llmops::model
