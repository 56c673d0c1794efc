// The CUDA kernel against a plain loop; skipped, and says so, where there is no GPU.
#include "cuda/rms_norm.h"

#include <cuda_runtime_api.h>

#include <cmath>
#include <random>
#include <vector>

#include "support/catch.h"

using namespace llmops;

namespace {

std::vector<float> reference(const std::vector<float>& x, const std::vector<float>& gamma, std::size_t rows,
                             float epsilon) {
  const std::size_t cols = gamma.size();
  std::vector<float> y(x.size());
  for (std::size_t r = 0; r < rows; ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < cols; ++c) sum += static_cast<double>(x[r * cols + c]) * x[r * cols + c];
    const double scale = 1 / std::sqrt(sum / static_cast<double>(cols) + epsilon);
    for (std::size_t c = 0; c < cols; ++c) y[r * cols + c] = static_cast<float>(gamma[c] * x[r * cols + c] * scale);
  }
  return y;
}

/// Device memory with the content of a host vector.
struct DeviceVector {
  explicit DeviceVector(const std::vector<float>& host) : size(host.size()) {
    REQUIRE(cudaMalloc(reinterpret_cast<void**>(&data), std::max<std::size_t>(size, 1) * sizeof(float)) == cudaSuccess);
    REQUIRE(cudaMemcpy(data, host.data(), size * sizeof(float), cudaMemcpyHostToDevice) == cudaSuccess);
  }
  ~DeviceVector() { cudaFree(data); }
  std::vector<float> host() const {
    std::vector<float> copy(size);
    REQUIRE(cudaMemcpy(copy.data(), data, size * sizeof(float), cudaMemcpyDeviceToHost) == cudaSuccess);
    return copy;
  }

  float* data = nullptr;
  std::size_t size;
};

}  // namespace

TEST_CASE("RMSNorm on the GPU equals the plain loop", "[cuda]") {
  if (cuda::device_count() == 0) {
    WARN("skipped: no CUDA device");
    return;
  }
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (const std::size_t cols : {1, 31, 32, 33, 576, 1024, 1025, 5000}) {
    for (const std::size_t rows : {0, 1, 3, 300}) {
      std::vector<float> x(rows * cols), gamma(cols);
      for (float& value : x) value = normal(random);
      for (float& value : gamma) value = normal(random);
      const DeviceVector in(x), weight(gamma), out(x);
      cuda::rms_norm(in.data, weight.data, out.data, static_cast<std::int64_t>(rows), static_cast<std::int64_t>(cols),
                     1e-5f, nullptr);
      const std::vector<float> expected = reference(x, gamma, rows, 1e-5f), found = out.host();
      float worst = 0;
      for (std::size_t i = 0; i < found.size(); ++i) worst = std::max(worst, std::fabs(found[i] - expected[i]));
      INFO(rows << " x " << cols);
      CHECK(worst < 1e-4f);
    }
  }
}

TEST_CASE("counting devices never fails, with a driver or without", "[cuda]") { CHECK(cuda::device_count() >= 0); }
