// Charts as inline SVG.
#include "monitor/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/html_escape.h"
#include "core/units.h"
#include "monitor/charts.h"

namespace llmops::monitor {
namespace {

// Pixels of the drawing's own coordinates; the page scales it to its width.
constexpr double kWidth = 760;
constexpr double kHeight = 240;
constexpr double kLeft = 56;
constexpr double kRight = 10;
constexpr double kTop = 22;
constexpr double kBottom = 34;
constexpr double kPlotWidth = kWidth - kLeft - kRight;
constexpr double kPlotHeight = kHeight - kTop - kBottom;
constexpr int kGridLines = 4;
constexpr const char* kSeries[] = {"a", "b"};

double y_of(double value, double top, double bottom = 0) {
  return kTop + kPlotHeight * (1 - (value - bottom) / (top - bottom));
}

std::string open_svg(const std::string& name) {
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", kWidth, kHeight,
                     escape_html(name));
}

std::string y_axis(double top, const std::string& unit, double bottom = 0) {
  std::string svg = fmt::format("<text class=\"axis\" x=\"4\" y=\"12\">{}</text>\n", escape_html(unit));
  for (int i = 0; i <= kGridLines; ++i) {
    const double value = bottom + (top - bottom) * i / kGridLines;
    const double y = y_of(value, top, bottom);
    svg += fmt::format("<line class=\"grid\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>", kLeft,
                       kWidth - kRight, y);
    svg += fmt::format("<text class=\"axis\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 6, y + 4,
                       format_number(value, bottom == 0 ? 3 : 4));
  }
  return svg;
}

std::string x_label(double x, const std::string& anchor, const std::string& text) {
  return fmt::format("<text class=\"axis\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", x, kHeight - 12,
                     anchor, escape_html(text));
}

template <typename Rows>
double top_of(const Rows& rows) {
  double highest = 0;
  for (const auto& row : rows) {
    for (const double value : row.values) highest = std::max(highest, value);
  }
  return kGridLines * round_up(highest / kGridLines);
}

}  // namespace

std::string svg_bars(const std::vector<SvgBar>& bars, const std::string& unit, const std::string& name) {
  std::string svg = open_svg(name);
  if (bars.empty()) return svg + "</svg>\n";
  const double top = top_of(bars);
  svg += y_axis(top, unit);
  const double slot = kPlotWidth / static_cast<double>(bars.size());
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const SvgBar& bar = bars[i];
    const double left = kLeft + static_cast<double>(i) * slot;
    const double width = std::min(slot * 0.76, 90.0) / static_cast<double>(bar.values.size());
    const double begin = left + (slot - width * static_cast<double>(bar.values.size())) / 2;
    for (std::size_t k = 0; k < bar.values.size(); ++k) {
      const double y = y_of(bar.values[k], top);
      svg += fmt::format(
          "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"1.5\">"
          "<title>{}</title></rect>",
          kSeries[k % 2], begin + static_cast<double>(k) * width, y, std::max(1.0, width - 1), kTop + kPlotHeight - y,
          escape_html(bar.tooltips[k]));
    }
    svg += x_label(left + slot / 2, "middle", bar.label + (bar.marked ? " *" : ""));
  }
  return svg + "</svg>\n";
}

std::string svg_lines(const std::vector<SvgPoint>& points, const std::string& unit, const std::string& first,
                      const std::string& last, const std::string& name) {
  std::string svg = open_svg(name);
  if (points.empty()) return svg + "</svg>\n";
  const double top = top_of(points);
  svg += y_axis(top, unit);
  const double begin = points.front().x;
  const double range = std::max(1e-9, points.back().x - begin);
  const auto x_of = [&](const SvgPoint& point) {
    return points.size() == 1 ? kLeft + kPlotWidth / 2 : kLeft + kPlotWidth * (point.x - begin) / range;
  };
  for (std::size_t k = points.front().values.size(); k-- > 0;) {
    std::string path;
    std::string dots;
    for (const SvgPoint& point : points) {
      const double y = y_of(point.values[k], top);
      path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? "" : " ", x_of(point), y);
      dots += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"><title>{}</title></circle>",
                          kSeries[k % 2], x_of(point), y, escape_html(point.tooltip));
    }
    svg += fmt::format("<polyline class=\"line {}\" points=\"{}\"/>{}\n", kSeries[k % 2], path, dots);
  }
  if (points.size() == 1) return svg + x_label(kLeft + kPlotWidth / 2, "middle", first) + "</svg>\n";
  return svg + x_label(kLeft, "start", first) + x_label(kWidth - kRight, "end", last) + "</svg>\n";
}

std::string svg_dots(const std::vector<SvgDot>& dots, const std::string& x_unit, const std::string& y_unit,
                     const std::string& name) {
  std::string svg = open_svg(name);
  if (dots.empty()) return svg + "</svg>\n";
  const auto by_x = [](const SvgDot& a, const SvgDot& b) { return a.x < b.x; };
  const auto by_y = [](const SvgDot& a, const SvgDot& b) { return a.y < b.y; };
  const auto [left, right] = std::minmax_element(dots.begin(), dots.end(), by_x);
  const auto [low, high] = std::minmax_element(dots.begin(), dots.end(), by_y);
  // Room at the ends, so that no dot is cut; some of it also where all dots are at one place.
  const auto room = [](double from, double to) {
    return to > from ? 0.05 * (to - from) : std::max(1e-9, 0.05 * std::fabs(to));
  };
  const double x_room = room(left->x, right->x), y_room = room(low->y, high->y);
  const double top = high->y + y_room, bottom = low->y - y_room;
  const double begin = left->x - x_room, range = right->x - left->x + 2 * x_room;
  svg += y_axis(top, y_unit, bottom);
  for (const bool marked : {false, true}) {
    for (const SvgDot& dot : dots) {
      if (dot.marked != marked) continue;
      svg += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"><title>{}</title></circle>\n",
                         kSeries[marked ? 1 : 0], kLeft + kPlotWidth * (dot.x - begin) / range,
                         y_of(dot.y, top, bottom), escape_html(dot.tooltip));
    }
  }
  return svg + x_label(kLeft, "start", format_number(begin)) + x_label(kLeft + kPlotWidth / 2, "middle", x_unit) +
         x_label(kWidth - kRight, "end", format_number(begin + range)) + "</svg>\n";
}

}  // namespace llmops::monitor
