// Position biases of attention scores.
#include "model/alibi.h"

#include <cmath>

#include "model/tensor_file.h"

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

float rounded(float value) { return bfloat16_to_float(float_to_bfloat16(value)); }

}  // namespace

std::vector<float> alibi_biases(const ModelConfig& config, std::int64_t positions) {
  std::vector<float> biases;
  biases.reserve(static_cast<std::size_t>(config.heads * positions));
  for (const float slope : slopes(config.heads)) {
    for (std::int64_t t = 0; t < positions; ++t) {
      const auto position = static_cast<float>(t);
      // Falcon multiplies bfloat16 slopes by whole numbers in bfloat16, and scales the sum with the scores.
      biases.push_back(config.alibi_bfloat16
                           ? rounded(rounded(slope) * rounded(position)) * static_cast<float>(config.attention_scale)
                           : slope * position);
    }
  }
  return biases;
}

}  // namespace llmops::model
