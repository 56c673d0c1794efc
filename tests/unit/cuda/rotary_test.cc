// The rotation of heads against the CPU's, at positions in any order.
#include "cuda/rotary.h"

#include "ops/row_ops.h"
#include "support/device_vector.h"

using namespace llmops;

namespace {

struct Case {
  int tokens, heads, size, half;
  bool pairs;
  int gap;  ///< numbers between the heads of one token and those of the next
};

}  // namespace

TEST_CASE("rotation on the GPU equals the CPU's", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(1);
  const int positions = 40;
  for (const Case& c : {Case{0, 2, 16, 8, false, 0},
                        {1, 1, 2, 1, false, 0},
                        {5, 9, 64, 32, false, 0},
                        {3, 4, 80, 16, false, 24},
                        {7, 3, 96, 48, true, 1},
                        {2, 33, 128, 64, true, 0},
                        {2, 2, 6, 2, true, 3},
                        {4, 2, 256, 128, false, 512}}) {
    for (const cuda::HalfFormat format : kHalfFormats) {
      const auto table = static_cast<std::size_t>(positions * c.half);
      const auto cos = random_halves(format, table, random), sin = random_halves(format, table, random);
      const int stride = c.heads * c.size + c.gap;
      std::vector<float> x = random_halves(format, static_cast<std::size_t>(c.tokens * stride), random);
      std::vector<std::int32_t> at(static_cast<std::size_t>(c.tokens));
      for (auto& position : at) position = static_cast<std::int32_t>(random() % positions);
      const DeviceVector<cuda::HalfBits> device(to_halves(format, x));
      const DeviceVector<float> device_cos(cos), device_sin(sin);
      const DeviceVector<std::int32_t> device_at(at);
      cuda::rotate_heads(format, {device.data(), stride, c.heads, c.size},
                         {device_cos.data(), device_sin.data(), c.half, c.pairs}, device_at.data(), c.tokens, nullptr);
      for (int n = 0; n < c.tokens; ++n) {
        const int angle = at[static_cast<std::size_t>(n)] * c.half;
        ops::rotate_heads(x.data() + n * stride, cos.data() + angle, sin.data() + angle, c.heads, c.size, c.half,
                          c.pairs);
      }
      INFO(c.tokens << " tokens, " << c.heads << " heads of " << c.size << ", " << c.half << " turn");
      CHECK(worst_error(to_floats(format, device.host()), x) < half_epsilon(format));
    }
  }
}
