// Norms, rotation, activations and sums of rows against float64.
#include <bit>
#include <cmath>
#include <random>
#include <vector>

#include "ops/half.h"
#include "ops/kernels.h"
#include "support/catch.h"

namespace llmops::ops {
namespace {

std::vector<float> random_values(std::size_t count, float scale = 1) {
  static std::mt19937 random(9);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random) * scale;
  return values;
}

constexpr std::int64_t kSizes[] = {1, 7, 16, 33, 576};

}  // namespace

TEST_CASE("norms of rows", "[ops]") {
  for (const Isa isa : runnable_isas()) {
    for (const std::int64_t cols : kSizes) {
      INFO(isa_name(isa) << " " << cols);
      const auto n = static_cast<std::size_t>(cols);
      const std::vector<float> x = random_values(3 * n), gamma = random_values(n), beta = random_values(n);
      std::vector<float> rms(3 * n), layer(3 * n);
      kernels_for(isa).rms_norm(x.data(), gamma.data(), rms.data(), 3, cols, 1e-5F);
      kernels_for(isa).layer_norm(x.data(), gamma.data(), beta.data(), layer.data(), 3, cols, 1e-5F);
      for (std::size_t row = 0; row < 3; ++row) {
        double sum = 0, squares = 0, variance = 0;
        for (std::size_t c = 0; c < n; ++c) sum += x[row * n + c], squares += double{x[row * n + c]} * x[row * n + c];
        const double mean = sum / static_cast<double>(n);
        for (std::size_t c = 0; c < n; ++c) variance += std::pow(x[row * n + c] - mean, 2) / static_cast<double>(n);
        for (std::size_t c = 0; c < n; ++c) {
          const double value = x[row * n + c];
          REQUIRE(rms[row * n + c] ==
                  Approx(gamma[c] * value / std::sqrt(squares / static_cast<double>(n) + 1e-5)).margin(1e-5));
          REQUIRE(layer[row * n + c] ==
                  Approx(gamma[c] * (value - mean) / std::sqrt(variance + 1e-5) + beta[c]).margin(2e-5));
        }
      }
    }
  }
}

TEST_CASE("exponentials, their sums, and what is made of them", "[ops]") {
  for (const Isa isa : runnable_isas()) {
    const Kernels& k = kernels_for(isa);
    for (const std::int64_t count : {1, 15, 100, 5000}) {
      INFO(isa_name(isa) << " " << count);
      const auto n = static_cast<std::size_t>(count);
      const std::vector<float> x = random_values(n, 20), up = random_values(n);
      std::vector<float> e(n), gated(n), capped = x;
      k.exp(x.data(), e.data(), count);
      k.swiglu(x.data(), up.data(), gated.data(), count);
      k.softcap(capped.data(), 30, count);
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) {
        REQUIRE(e[i] == Approx(std::exp(double{x[i]})).epsilon(3e-7).margin(2e-38));
        REQUIRE(gated[i] == Approx(x[i] / (1 + std::exp(-double{x[i]})) * up[i]).margin(1e-6).epsilon(1e-6));
        REQUIRE(capped[i] == Approx(30 * std::tanh(double{x[i]} / 30)).margin(1e-5));
        sum += std::exp(double{x[i]});
      }
      CHECK(k.log_sum_exp(x.data(), count) == Approx(std::log(sum)).margin(1e-6));
      CHECK(k.max(x.data(), count) == *std::max_element(x.begin(), x.end()));
    }
    const float edges[] = {-1e30F, -88, 0, 88, -std::numeric_limits<float>::infinity()};
    float out[5];
    k.exp(edges, out, 5);
    CHECK(out[0] == 0);
    CHECK(out[1] == 0);
    CHECK(out[2] == 1);
    CHECK(out[3] == Approx(std::exp(88.0)).epsilon(1e-6));
    CHECK(out[4] == 0);
  }
}

TEST_CASE("heads are turned by halves and by pairs", "[ops]") {
  const std::vector<float> cos = {0, 1, 0.6F}, sin = {1, 0, 0.8F};
  for (const Isa isa : runnable_isas()) {
    std::vector<float> halves = {1, 2, 3, 4, 5, 6, 7}, pairs = halves;
    kernels_for(isa).rotate(halves.data(), cos.data(), sin.data(), 1, 7, 3, false);
    kernels_for(isa).rotate(pairs.data(), cos.data(), sin.data(), 1, 7, 3, true);
    const std::vector<float> turned = {-4, 2, 3 * 0.6F - 6 * 0.8F, 1, 5, 6 * 0.6F + 3 * 0.8F, 7};
    const std::vector<float> neighbours = {-2, 1, 3, 4, 5 * 0.6F - 6 * 0.8F, 6 * 0.6F + 5 * 0.8F, 7};
    for (std::size_t i = 0; i < 7; ++i) {
      CHECK(halves[i] == Approx(turned[i]).margin(1e-6));
      CHECK(pairs[i] == Approx(neighbours[i]).margin(1e-6));
    }
  }
}

TEST_CASE("half precision goes there and back", "[ops]") {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = half_to_float(half);
    if (std::isnan(value)) {
      CHECK((bits & 0x7fff) > 0x7c00);
      continue;
    }
    REQUIRE(float_to_half(value) == half);
  }
  CHECK(float_to_half(65519.0F) == 0x7bff);
  CHECK(float_to_half(65520.0F) == 0x7c00);
  CHECK(float_to_half(1e-9F) == 0);
  CHECK(std::isnan(half_to_float(float_to_half(std::nanf("")))));
}

TEST_CASE("every instruction set stores the same halves, side by side and apart", "[ops]") {
  std::mt19937 random(9);
  std::vector<float> values(45);
  for (std::size_t i = 0; i < values.size(); ++i) {  // any bits: subnormal, infinite, not a number
    values[i] = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (i % 3 == 0) values[i] = std::ldexp(1.0F + static_cast<float>(i) / 3000, static_cast<int>(i) - 25);
  }
  for (const Isa isa : runnable_isas()) {
    for (const std::int64_t stride : {1, 16}) {
      std::vector<std::uint16_t> halves(values.size() * static_cast<std::size_t>(stride), 7);
      kernels_for(isa).store_half(values.data(), halves.data(), 45, stride);
      for (std::size_t i = 0; i < halves.size(); ++i) {
        const bool written = i % static_cast<std::size_t>(stride) == 0;
        REQUIRE(halves[i] == (written ? float_to_half(values[i / static_cast<std::size_t>(stride)]) : 7));
      }
    }
  }
}

}  // namespace llmops::ops
