// What a plot of lines shows, before text_plot.h draws it for a terminal or svg_chart.h for a page.
#pragma once

#include <string>
#include <vector>

#include "core/plot_scale.h"

namespace llmops {

struct PlotPoint {
  double x = 0;
  double y = 0;         ///< not finite: the line is broken here
  std::string tooltip;  ///< shown on a page
};

struct PlotLine {
  std::string name;               ///< for the legend
  std::vector<PlotPoint> points;  ///< by x
};

struct LinePlot {
  std::string title;
  std::string unit;             ///< of y: "tokens/s"
  std::vector<PlotLine> lines;  ///< the first is the main one; more than two look alike
  std::vector<double> marks;    ///< x of events worth seeing
  std::string marks_name;       ///< "rolled back"
  bool from_zero = false;       ///< y begins at 0, not at the lowest value
  std::string x_name;           ///< below the axis: "step"
  std::string first, last;      ///< labels of the ends of the x axis; "" are numbers

  /// Whether there is anything to draw.
  bool empty() const;
};

/// The values of all lines. @param intervals  about so many between ticks
PlotScale value_scale(const LinePlot& plot, int intervals);

/// From the first x to the last; of one alone a little to both sides.
struct PlotSpan {
  double first = 0, last = 1;
  double share(double x) const { return (x - first) / (last - first); }
};
PlotSpan x_span(const LinePlot& plot);
/// The labels of both ends.
std::pair<std::string, std::string> x_labels(const LinePlot& plot);

}  // namespace llmops
