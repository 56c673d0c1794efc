// Tails by the complementary error function, and by its asymptotic series where that underflows.
#include "sweep/gauss_mass.h"

#include <cmath>
#include <numbers>

namespace llmops::sweep {
namespace {

/// log P(Z > z). Source of the series: Abramowitz and Stegun, 7.1.23.
double log_upper(double z) {
  if (z < 20) return std::log(0.5 * std::erfc(z / std::numbers::sqrt2));
  const double u = 1 / (z * z);
  const double series = -u * (1 - 3 * u * (1 - 5 * u * (1 - 7 * u)));
  return -z * z / 2 - std::log(z) - 0.5 * std::log(2 * std::numbers::pi) + std::log1p(series);
}

/// log(exp(a) - exp(b)), a >= b
double log_difference(double a, double b) { return a + std::log1p(-std::exp(b - a)); }

}  // namespace

double log_gauss_mass(double from, double to) {
  if (from > 0) return log_difference(log_upper(from), log_upper(to));
  if (to < 0) return log_difference(log_upper(-to), log_upper(-from));
  return std::log1p(-std::exp(log_upper(-from)) - std::exp(log_upper(to)));
}

}  // namespace llmops::sweep
