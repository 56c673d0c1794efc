// Vectors in device memory, and the numbers of 16 bits that tests fill them with.
#pragma once

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "cuda/device.h"
#include "cuda/half_format.h"
#include "ops/half.h"
#include "support/catch.h"

namespace llmops {

/// Says so where a test is skipped for want of a device.
inline bool no_device() {
  if (cuda::device_count() > 0) return false;
  WARN("skipped: no CUDA device");
  return true;
}

/// Device memory with the content of a host vector.
template <typename T>
class DeviceVector {
 public:
  explicit DeviceVector(const std::vector<T>& host) : size_(host.size()) {
    REQUIRE(cudaMalloc(reinterpret_cast<void**>(&data_), std::max<std::size_t>(size_, 1) * sizeof(T)) == cudaSuccess);
    set(host);
  }
  ~DeviceVector() { cudaFree(data_); }
  DeviceVector(const DeviceVector&) = delete;
  DeviceVector& operator=(const DeviceVector&) = delete;

  void set(const std::vector<T>& host) {
    REQUIRE(host.size() == size_);
    REQUIRE(cudaMemcpy(data_, host.data(), size_ * sizeof(T), cudaMemcpyHostToDevice) == cudaSuccess);
  }
  std::vector<T> host() const {
    std::vector<T> copy(size_);
    REQUIRE(cudaMemcpy(copy.data(), data_, size_ * sizeof(T), cudaMemcpyDeviceToHost) == cudaSuccess);
    return copy;
  }
  T* data() const { return data_; }

 private:
  T* data_ = nullptr;
  std::size_t size_;
};

inline std::vector<cuda::HalfBits> to_halves(cuda::HalfFormat format, const std::vector<float>& values) {
  std::vector<cuda::HalfBits> halves(values.size());
  std::transform(values.begin(), values.end(), halves.begin(),
                 format == cuda::HalfFormat::kF16 ? ops::float_to_half : ops::float_to_bfloat16);
  return halves;
}

inline std::vector<float> to_floats(cuda::HalfFormat format, const std::vector<cuda::HalfBits>& halves) {
  std::vector<float> values(halves.size());
  std::transform(halves.begin(), halves.end(), values.begin(),
                 format == cuda::HalfFormat::kF16 ? ops::half_to_float : ops::bfloat16_to_float);
  return values;
}

/// Normally distributed, exact in the format.
inline std::vector<float> random_halves(cuda::HalfFormat format, std::size_t count, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return to_floats(format, to_halves(format, values));
}

/// The last bit of the format, of numbers near 1.
inline float half_epsilon(cuda::HalfFormat format) { return format == cuda::HalfFormat::kF16 ? 0x1p-10F : 0x1p-7F; }

/// The largest |found - expected| / (1 + |expected|); infinite for what is no number.
inline float worst_error(const std::vector<float>& found, const std::vector<float>& expected) {
  REQUIRE(found.size() == expected.size());
  float worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const float error = std::fabs(found[i] - expected[i]) / (1 + std::fabs(expected[i]));
    worst = std::isnan(error) ? INFINITY : std::max(worst, error);
  }
  return worst;
}

inline constexpr cuda::HalfFormat kHalfFormats[] = {cuda::HalfFormat::kF16, cuda::HalfFormat::kBf16};

}  // namespace llmops
