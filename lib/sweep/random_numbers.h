// Draws of a trial: what it sees depends on the seed and its number alone.
#pragma once

#include <cmath>
#include <numbers>

#include "train/random.h"

namespace llmops::sweep {

/// In [0, 1).
inline double draw_unit(train::Random& random) { return static_cast<double>(random.next() >> 11) * 0x1p-53; }

/// Standard normal. Source: Box and Muller, 1958.
inline double draw_normal(train::Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - draw_unit(random)));
  return radius * std::cos(2 * std::numbers::pi * draw_unit(random));
}

}  // namespace llmops::sweep
