// Measures drift matrix by matrix.
#include "quant/merge_drift.h"

#include <algorithm>
#include <cmath>

#include "quant/gguf_schemes.h"

namespace llmops::quant {
namespace {

/// Distance of neighbouring numbers around `value`. Source: IEEE 754; bfloat16 has float32's exponents.
double ulp(model::DType dtype, double value) {
  const int digits = dtype == model::DType::kBF16 ? 7 : dtype == model::DType::kF16 ? 10 : 23;
  const int lowest = dtype == model::DType::kF16 ? -14 : -126;
  return std::ldexp(1.0, (value > 0 ? std::max(std::ilogb(value), lowest) : lowest) - digits);
}

}  // namespace

std::vector<float> rounded(model::DType dtype, std::span<const float> values) {
  const std::vector<std::byte> bytes = encode(dtype, values);
  return model::to_float32({"", dtype, {static_cast<std::int64_t>(values.size())}, bytes});
}

DriftMeter::DriftMeter(model::DType written, model::DType stored) : written_(written), stored_(model::DType::kF32) {
  if (stored == model::DType::kBF16 || stored == model::DType::kF16) stored_ = stored;
}

void DriftMeter::add(std::span<const float> base, std::span<const float> merged, std::span<const float> back) {
  const std::vector<float> again = rounded(stored_, back);
  double largest = 0, farthest = 0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    const double difference = std::abs(double{back[i]} - base[i]);
    const double size = std::max(std::abs(double{base[i]}), std::abs(double{merged[i]}));
    worst_.max_ulps = std::max(worst_.max_ulps, difference / ulp(written_, size));
    largest = std::max(largest, std::abs(double{base[i]}));
    farthest = std::max(farthest, difference);
    changed_ += again[i] != base[i] ? 1 : 0;
  }
  weights_ += base.size();
  if (largest > 0) worst_.max_relative_difference = std::max(worst_.max_relative_difference, farthest / largest);
}

MergeDrift DriftMeter::drift() const {
  MergeDrift drift = worst_;
  if (weights_ > 0) drift.changed_share = static_cast<double>(changed_) / static_cast<double>(weights_);
  return drift;
}

}  // namespace llmops::quant
