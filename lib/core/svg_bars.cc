// Charts of bars as inline SVG.
#include <fmt/format.h>

#include <algorithm>

#include "core/html_escape.h"
#include "core/svg_chart.h"
#include "core/svg_frame.h"

namespace llmops {

std::string svg_bars(const std::vector<SvgBar>& bars, const std::string& unit, const std::string& name) {
  std::string svg = svg::open(name);
  if (bars.empty()) return svg + "</svg>\n";
  double highest = 0;
  for (const SvgBar& bar : bars) {
    for (const double value : bar.values) highest = std::max(highest, value);
  }
  const PlotScale scale = highest > 0 ? round_scale(0, highest, svg::kGridLines) : PlotScale{};
  svg += svg::y_axis(scale, unit);
  const double slot = svg::kPlotWidth / static_cast<double>(bars.size());
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const SvgBar& bar = bars[i];
    const double left = svg::kLeft + static_cast<double>(i) * slot;
    const double width = std::min(slot * 0.76, 90.0) / static_cast<double>(bar.values.size());
    const double begin = left + (slot - width * static_cast<double>(bar.values.size())) / 2;
    for (std::size_t k = 0; k < bar.values.size(); ++k) {
      const double y = svg::y_of(scale.share(bar.values[k]));
      svg += fmt::format(
          "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"1.5\">"
          "<title>{}</title></rect>",
          svg::kSeries[k % 2], begin + static_cast<double>(k) * width, y, std::max(1.0, width - 1), svg::y_of(0) - y,
          escape_html(bar.tooltips[k]));
    }
    svg += svg::x_label(left + slot / 2, "middle", bar.label + (bar.marked ? " *" : ""));
  }
  return svg + "</svg>\n";
}

}  // namespace llmops
