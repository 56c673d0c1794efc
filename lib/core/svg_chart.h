// Charts as inline SVG. Colours come from the page's CSS classes (html_style.h): "a", "b", "grid", "axis", "mark".
#pragma once

#include <string>
#include <vector>

#include "core/line_plot.h"

namespace llmops {

struct SvgBar {
  std::string label;
  std::vector<double> values;         ///< one a series
  std::vector<std::string> tooltips;  ///< one a series
  bool marked = false;
};
/// Vertical bars, `values.size()` side by side at each label.
/// @param unit  of the axis: "requests"; @param name  for screen readers
std::string svg_bars(const std::vector<SvgBar>& bars, const std::string& unit, const std::string& name);

/// Lines over x. Of more points than pixels, the least and the most of every pixel are drawn.
std::string svg_lines(const LinePlot& plot);

struct SvgDot {
  double x = 0, y = 0;
  bool marked = false;  ///< drawn as "b", over the others
  std::string tooltip;
};
/// @param x_unit, y_unit  of the axes
std::string svg_dots(const std::vector<SvgDot>& dots, const std::string& x_unit, const std::string& y_unit,
                     const std::string& name);

}  // namespace llmops
