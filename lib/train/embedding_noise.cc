// Draws NEFTune's noise.
#include "train/embedding_noise.h"

#include <cmath>

namespace llmops::train {

at::Tensor embedding_noise(std::span<const model::Segment> segments, std::int64_t width, double alpha) {
  if (alpha == 0) return {};
  const std::int64_t tokens = segments.back().begin + segments.back().length;
  const at::Tensor noise = at::empty({tokens, width}, at::TensorOptions(at::kFloat)).uniform_(-1, 1);
  for (const model::Segment& segment : segments) {
    noise.narrow(0, segment.begin, segment.length).mul_(alpha / std::sqrt(static_cast<double>(segment.length * width)));
  }
  return noise;
}

}  // namespace llmops::train
