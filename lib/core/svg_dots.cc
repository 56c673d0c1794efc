// Charts of dots as inline SVG.
#include <fmt/format.h>

#include <algorithm>

#include "core/html_escape.h"
#include "core/svg_chart.h"
#include "core/svg_frame.h"

namespace llmops {
namespace {

template <typename Coordinate>
PlotScale scale_of(const std::vector<SvgDot>& dots, Coordinate coordinate) {
  const auto [least, most] = std::minmax_element(
      dots.begin(), dots.end(), [&](const SvgDot& a, const SvgDot& b) { return coordinate(a) < coordinate(b); });
  return round_scale(coordinate(*least), coordinate(*most), svg::kGridLines);
}

}  // namespace

std::string svg_dots(const std::vector<SvgDot>& dots, const std::string& x_unit, const std::string& y_unit,
                     const std::string& name) {
  std::string svg = svg::open(name);
  if (dots.empty()) return svg + "</svg>\n";
  const PlotScale x = scale_of(dots, [](const SvgDot& dot) { return dot.x; });
  const PlotScale y = scale_of(dots, [](const SvgDot& dot) { return dot.y; });
  svg += svg::y_axis(y, y_unit);
  for (const bool marked : {false, true}) {
    for (const SvgDot& dot : dots) {
      if (dot.marked != marked) continue;
      svg += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"><title>{}</title></circle>\n",
                         svg::kSeries[marked ? 1 : 0], svg::x_of(x.share(dot.x)), svg::y_of(y.share(dot.y)),
                         escape_html(dot.tooltip));
    }
  }
  return svg + svg::x_label(svg::x_of(0), "start", x.label(x.low)) + svg::x_label(svg::x_of(0.5), "middle", x_unit) +
         svg::x_label(svg::x_of(1), "end", x.label(x.high)) + "</svg>\n";
}

}  // namespace llmops
