#include "core/plot_scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace llmops {

double round_up(double value) {
  if (value <= 0) return 1;
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 2.5, 5.0}) {
    if (step * power >= value * (1 - 1e-12)) return step * power;
  }
  return 10 * power;
}

std::vector<double> PlotScale::ticks() const {
  std::vector<double> all;
  const auto count = std::lround((high - low) / step);
  for (long i = 0; i <= count; ++i) all.push_back(low + static_cast<double>(i) * step);
  return all;
}

std::string PlotScale::label(double tick) const {
  if (std::fabs(tick) < step / 2) return "0";
  const double largest = std::max(std::fabs(low), std::fabs(high));
  // The step's leading digit, and a second one where it is 2.5.
  const int magnitude = static_cast<int>(std::floor(std::log10(step) + 1e-9));
  const bool halved = std::fabs(step / std::pow(10.0, magnitude) - 2.5) < 0.01;
  const int last_digit = magnitude - (halved ? 1 : 0);
  if (largest >= 1e6 || last_digit < -5) {
    const int digits = static_cast<int>(std::floor(std::log10(std::fabs(tick)) + 1e-9)) - last_digit;
    return fmt::format("{:.{}e}", tick, std::clamp(digits, 0, 8));
  }
  return fmt::format("{:.{}f}", tick, std::max(0, -last_digit));
}

PlotScale round_scale(double lowest, double highest, int intervals) {
  double range = highest - lowest;
  // A flat line lies in the middle; below the precision of its values a range is noise.
  if (range <= 1e-9 * std::max(std::fabs(lowest), std::fabs(highest))) {
    const double room = lowest == 0 ? 1 : std::fabs(lowest) / 10;
    lowest -= room, highest += room, range = 2 * room;
  }
  PlotScale scale;
  scale.step = round_up(range / intervals);
  scale.low = scale.step * std::floor(lowest / scale.step + 1e-9);
  scale.high = scale.step * std::ceil(highest / scale.step - 1e-9);
  return scale;
}

}  // namespace llmops
