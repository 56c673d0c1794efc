#include "model/positions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"

namespace llmops::model {
namespace {

/// Geometric for a power of two; other numbers of heads take the rest from between the slopes of twice as many.
std::vector<float> slopes(int heads) {
  const int power = 1 << static_cast<int>(std::log2(heads));
  const auto base = [](int count) { return static_cast<float>(std::pow(2, -std::pow(2, 3 - std::log2(count)))); };
  std::vector<float> found;
  for (int i = 1; i <= power; ++i) found.push_back(std::pow(base(power), static_cast<float>(i)));
  for (int i = 1; static_cast<int>(found.size()) < heads; i += 2) {
    found.push_back(std::pow(base(2 * power), static_cast<float>(i)));
  }
  return found;
}

}  // namespace

at::Tensor learned_positions(const ModelConfig& config, std::span<const Segment> segments) {
  std::vector<std::int64_t> rows;
  for (const Segment& segment : segments) {
    const std::int64_t end = segment.past() + segment.length;
    if (end > config.max_position) {
      throw InputError(fmt::format("decoder: a sequence of {} tokens, but the model knows only {} positions", end,
                                   config.max_position));
    }
    for (std::int64_t position = segment.past(); position < end; ++position) {
      rows.push_back(position + config.position_offset);
    }
  }
  return at::tensor(rows, at::kLong);
}

at::Tensor alibi(const ModelConfig& config, std::span<const Segment> segments) {
  if (config.positions != PositionKind::kAlibi) return {};
  std::int64_t longest = 0;
  for (const Segment& segment : segments) longest = std::max(longest, segment.past() + segment.length);
  const at::Tensor slope = at::tensor(slopes(config.heads), at::kFloat).unsqueeze(1);  // (H, 1)
  const at::Tensor keys = at::arange(longest, at::kFloat);
  if (!config.alibi_bfloat16) return slope * keys;
  // Falcon multiplies bfloat16 slopes by whole numbers in bfloat16, and scales the sum with the scores.
  return (slope.to(at::kBFloat16) * keys.to(at::kLong)).to(at::kFloat) * config.attention_scale;
}

}  // namespace llmops::model
