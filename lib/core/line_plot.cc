#include "core/line_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/units.h"

namespace llmops {
namespace {

struct Bounds {
  double least = std::numeric_limits<double>::infinity();
  double most = -least;

  void add(double value) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
  bool empty() const { return least > most; }
};

/// Of x (`x` true) or y over all points that can be drawn.
Bounds bounds_of(const LinePlot& plot, bool x) {
  Bounds bounds;
  for (const PlotLine& line : plot.lines) {
    for (const PlotPoint& point : line.points) {
      if (std::isfinite(point.y)) bounds.add(x ? point.x : point.y);
    }
  }
  return bounds;
}

}  // namespace

bool LinePlot::empty() const { return bounds_of(*this, false).empty(); }

PlotScale value_scale(const LinePlot& plot, int intervals) {
  const Bounds y = bounds_of(plot, false);
  if (y.empty()) return {};
  if (!plot.from_zero) return round_scale(y.least, y.most, intervals);
  return y.most > 0 ? round_scale(0, y.most, intervals) : PlotScale{};
}

PlotSpan x_span(const LinePlot& plot) {
  Bounds x = bounds_of(plot, true);
  if (x.empty()) return {};
  for (const double mark : plot.marks) x.add(mark);
  return x.least < x.most ? PlotSpan{x.least, x.most} : PlotSpan{x.least - 1, x.most + 1};
}

std::pair<std::string, std::string> x_labels(const LinePlot& plot) {
  const PlotSpan span = x_span(plot);
  const auto label = [](const std::string& given, double x) { return given.empty() ? format_number(x, 9) : given; };
  return {label(plot.first, span.first), label(plot.last, span.last)};
}

}  // namespace llmops
