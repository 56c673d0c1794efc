// The one-byte code of optimizer moments.
#include "train/dynamic_code.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "support/catch.h"

using namespace llmops;

TEST_CASE("the dynamic code has 256 values from its smallest decade to 1", "[train]") {
  for (const bool is_signed : {true, false}) {
    const train::DynamicCode code(is_signed);
    CHECK(std::is_sorted(code.values().begin(), code.values().end()));
    CHECK(std::set<float>(code.values().begin(), code.values().end()).size() == 256);
    CHECK(code.values().back() == 1);
    CHECK(code.value(code.zero()) == 0);
    for (int i = 0; i < 256; ++i) CHECK(code.nearest(code.value(static_cast<std::uint8_t>(i))) == i);
  }
  // Middles of the decades' parts: one of [1e-7, 1e-6] where there is a sign, 64 of [0.1, 1].
  const train::DynamicCode with_sign(true), without(false);
  CHECK(with_sign.value(128) == Approx(5.5e-7));
  CHECK(with_sign.value(254) == Approx(0.99296875));
  CHECK(with_sign.value(0) == Approx(-0.99296875));
  CHECK(without.value(1) == Approx(3.25e-7));
  CHECK(without.value(254) == Approx(0.996484375));
}

TEST_CASE("a coded number is off by at most the width of its part", "[train]") {
  const train::DynamicCode code(false);
  for (double number = 1e-6; number < 1; number *= 1.01) {
    const double decade = std::pow(10.0, std::floor(std::log10(number)) + 1);  // the parts of [decade / 10, decade]
    const double parts = std::pow(2.0, 7 + std::round(std::log10(decade)));
    const double error = std::abs(code.value(code.nearest(static_cast<float>(number))) - number);
    CHECK(error <= 0.9 * decade / parts * (1 + 1e-5));
  }
}
