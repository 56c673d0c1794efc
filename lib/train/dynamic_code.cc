// The 256 values of the dynamic code.
#include "train/dynamic_code.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace llmops::train {
namespace {

constexpr int kDecades = 7;

}  // namespace

DynamicCode::DynamicCode(bool is_signed) {
  std::vector<double> values = {0, 1};
  for (int decade = 0; decade < kDecades; ++decade) {
    const double scale = std::pow(10.0, decade - (kDecades - 1));
    const int levels = is_signed ? 1 << decade : 2 << decade;
    for (int i = 0; i < levels; ++i) {  // the middles of equal parts of [0.1, 1]
      const double value = scale * (0.1 + 0.9 * (i + 0.5) / levels);
      values.push_back(value);
      if (is_signed) values.push_back(-value);
    }
  }
  std::sort(values.begin(), values.end());
  std::transform(values.begin(), values.end(), values_.begin(), [](double value) { return static_cast<float>(value); });
  for (std::size_t i = 0; i < borders_.size(); ++i) borders_[i] = (values_[i] + values_[i + 1]) / 2;
  zero_ = nearest(0);
}

std::uint8_t DynamicCode::nearest(float number) const {
  std::size_t code = 0;  // a binary search without branches, whose misses would cost most of a step's time
  for (std::size_t half = 128; half > 0; half /= 2) {
    code += half * static_cast<std::size_t>(borders_[code + half - 1] < number);
  }
  return static_cast<std::uint8_t>(code);
}

}  // namespace llmops::train
