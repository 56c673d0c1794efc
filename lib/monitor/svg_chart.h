// Charts as inline SVG. Colours come from the page's CSS classes: "a", "b", "grid", "axis".
#pragma once

#include <string>
#include <vector>

namespace llmops::monitor {

struct SvgBar {
  std::string label;
  std::vector<double> values;         ///< one a series
  std::vector<std::string> tooltips;  ///< one a series
  bool marked = false;
};
/// Vertical bars, `values.size()` side by side at each label.
/// @param unit  of the axis: "requests"; @param name  for screen readers
std::string svg_bars(const std::vector<SvgBar>& bars, const std::string& unit, const std::string& name);

struct SvgPoint {
  double x = 0;
  std::vector<double> values;  ///< one a line
  std::string tooltip;
};
/// Lines over x.
/// @param first, last  labels of the ends of the x axis
std::string svg_lines(const std::vector<SvgPoint>& points, const std::string& unit, const std::string& first,
                      const std::string& last, const std::string& name);

struct SvgDot {
  double x = 0, y = 0;
  bool marked = false;  ///< drawn as "b", over the others
  std::string tooltip;
};
/// Dots between the least and the greatest of both axes.
/// @param x_unit, y_unit  of the axes
std::string svg_dots(const std::vector<SvgDot>& dots, const std::string& x_unit, const std::string& y_unit,
                     const std::string& name);

}  // namespace llmops::monitor
