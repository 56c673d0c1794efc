// Positions that are not rotary, as tensors.
#include "model/positions.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/error.h"
#include "model/alibi.h"

namespace llmops::model {

at::Tensor learned_positions(const ModelConfig& config, std::span<const Segment> segments) {
  std::vector<std::int64_t> rows;
  for (const Segment& segment : segments) {
    if (segment.length > config.max_position) {
      throw InputError(fmt::format("decoder: a sequence of {} tokens, but the model knows only {} positions",
                                   segment.length, config.max_position));
    }
    for (std::int64_t position = 0; position < segment.length; ++position) {
      rows.push_back(position + config.position_offset);
    }
  }
  return at::tensor(rows, at::kLong);
}

at::Tensor alibi(const ModelConfig& config, std::span<const Segment> segments) {
  if (config.positions != PositionKind::kAlibi) return {};
  std::int64_t longest = 0;
  for (const Segment& segment : segments) longest = std::max(longest, segment.length);
  std::vector<float> biases = alibi_biases(config, longest);
  return at::tensor(biases, at::kFloat).view({config.heads, longest});
}

}  // namespace llmops::model
