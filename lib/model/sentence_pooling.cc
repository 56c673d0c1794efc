#include "model/sentence_pooling.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::model {
namespace {

constexpr std::pair<const char*, Pooling> kNames[] = {
    {"cls", Pooling::kCls},
    {"max", Pooling::kMax},
    {"mean", Pooling::kMean},
    {"mean_sqrt_len_tokens", Pooling::kMeanSqrtLength},
    {"weightedmean", Pooling::kWeightedMean},
    {"lasttoken", Pooling::kLastToken},
};

}  // namespace

std::vector<std::string> pooling_names() {
  std::vector<std::string> names;
  for (const auto& [name, pooling] : kNames) names.emplace_back(name);
  return names;
}

Pooling parse_pooling(const std::string& name) {
  for (const auto& [spelling, pooling] : kNames) {
    if (name == spelling) return pooling;
  }
  const std::vector<std::string> known = pooling_names();
  throw UsageError(fmt::format("unknown pooling '{}'", name),
                   did_you_mean(name, known, fmt::format("known are {}", fmt::join(known, ", "))));
}

void pool(std::span<const float> rows, std::size_t width, Pooling pooling, std::size_t begin, std::span<float> out) {
  const std::size_t count = rows.size() / width;
  if (begin >= count) begin = 0;
  const auto row = [&](std::size_t i) { return rows.subspan(i * width, width); };
  if (pooling == Pooling::kCls || pooling == Pooling::kLastToken) {
    const auto chosen = row(pooling == Pooling::kCls ? begin : count - 1);
    std::copy(chosen.begin(), chosen.end(), out.begin());
    return;
  }
  const bool max = pooling == Pooling::kMax, weighted = pooling == Pooling::kWeightedMean;
  std::fill(out.begin(), out.end(), max ? -INFINITY : 0.0F);
  float total = 0;
  for (std::size_t i = begin; i < count; ++i) {
    const auto vector = row(i);
    const float weight = weighted ? static_cast<float>(i + 1) : 1.0F;  // places are counted from the text's begin
    total += weight;
    for (std::size_t c = 0; c < width; ++c) out[c] = max ? std::max(out[c], vector[c]) : out[c] + weight * vector[c];
  }
  if (max) return;
  const float divisor = pooling == Pooling::kMeanSqrtLength ? std::sqrt(total) : total;
  for (float& value : out) value /= divisor;
}

void normalise(std::span<float> vector) {
  double squares = 0;
  for (const float value : vector) squares += static_cast<double>(value) * value;
  constexpr double kSmallest = 1e-12;  // as torch.nn.functional.normalize
  const double length = std::max(std::sqrt(squares), kSmallest);
  for (float& value : vector) value = static_cast<float>(value / length);
}

}  // namespace llmops::model
