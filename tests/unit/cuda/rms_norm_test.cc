// RMSNorm's kernel against the CPU's rows.
#include "cuda/rms_norm.h"

#include "ops/row_ops.h"
#include "support/device_vector.h"

using namespace llmops;

TEST_CASE("RMSNorm on the GPU equals the CPU's", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(1);
  for (const std::int64_t cols : {1, 31, 32, 33, 576, 1024, 1025, 5000}) {
    for (const std::int64_t rows : {0, 1, 7}) {
      for (const cuda::HalfFormat format : kHalfFormats) {
        const auto x = random_halves(format, static_cast<std::size_t>(rows * cols), random);
        const auto gamma = random_halves(format, static_cast<std::size_t>(cols), random);
        std::vector<float> expected(x.size());
        ops::rms_norm_rows(x.data(), gamma.data(), expected.data(), rows, cols, 1e-5F);
        const DeviceVector<float> in(x), weight(gamma), out(x);
        cuda::rms_norm(in.data(), weight.data(), out.data(), rows, cols, 1e-5F, nullptr);
        INFO(rows << " x " << cols);
        CHECK(worst_error(out.host(), expected) < 1e-5F);
        const DeviceVector<cuda::HalfBits> halves(to_halves(format, x));  // in place
        cuda::rms_norm(format, halves.data(), weight.data(), halves.data(), rows, cols, 1e-5F, nullptr);
        CHECK(worst_error(to_floats(format, halves.host()), expected) < half_epsilon(format));
      }
    }
  }
}

TEST_CASE("counting devices never fails, with a driver or without", "[cuda]") { CHECK(cuda::device_count() >= 0); }
