// Axes with round numbers, for plots as text and as SVG.
#pragma once

#include <string>
#include <vector>

namespace llmops {

/// The least of 1, 2, 2.5 and 5 times a power of ten that is not below `value`.
double round_up(double value);

struct PlotScale {
  double low = 0, high = 1;
  double step = 1;  ///< between two ticks

  std::vector<double> ticks() const;
  /// With as many digits as tell ticks apart.
  std::string label(double tick) const;
  /// 0 at `low`, 1 at `high`.
  double share(double value) const { return (value - low) / (high - low); }
};

/// @param intervals  about so many between ticks
PlotScale round_scale(double lowest, double highest, int intervals);

}  // namespace llmops
