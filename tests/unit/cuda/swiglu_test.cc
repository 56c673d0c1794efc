// The gated activation against the CPU's, in wide and single steps.
#include "cuda/swiglu.h"

#include "ops/row_ops.h"
#include "support/device_vector.h"

using namespace llmops;

TEST_CASE("SwiGLU on the GPU equals the CPU's", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(1);
  for (const std::int64_t cols : {0, 1, 7, 8, 9, 256, 1536, 2056, 4100}) {
    for (const std::int64_t rows : {0, 1, 5}) {
      for (const cuda::HalfFormat format : kHalfFormats) {
        const auto fused = random_halves(format, static_cast<std::size_t>(2 * rows * cols), random);
        std::vector<float> expected(static_cast<std::size_t>(rows * cols));
        for (std::int64_t r = 0; r < rows; ++r) {
          ops::swiglu_row(fused.data() + 2 * r * cols, fused.data() + (2 * r + 1) * cols, expected.data() + r * cols,
                          cols);
        }
        const DeviceVector<cuda::HalfBits> in(to_halves(format, fused)),
            out(std::vector<cuda::HalfBits>(expected.size(), 0x7e00));
        cuda::swiglu(format, {in.data(), in.data() + cols, 2 * cols}, out.data(), rows, cols, nullptr);
        INFO(rows << " x " << cols);
        CHECK(worst_error(to_floats(format, out.host()), expected) < half_epsilon(format));
      }
    }
  }
}
