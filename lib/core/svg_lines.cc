// Plots of lines as inline SVG.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/html_escape.h"
#include "core/svg_chart.h"
#include "core/svg_frame.h"

namespace llmops {
namespace {

constexpr std::size_t kMostDots = 120;  // of a line; more hide it

struct Place {
  double x = 0, y = 0;
};

/// Where a line's points lie: runs between gaps.
std::vector<std::vector<Place>> places_of(const PlotLine& line, const PlotSpan& span, const PlotScale& scale) {
  std::vector<std::vector<Place>> runs(1);
  for (const PlotPoint& point : line.points) {
    if (std::isfinite(point.y)) {
      runs.back().push_back({svg::x_of(span.share(point.x)), svg::y_of(scale.share(point.y))});
    } else if (!runs.back().empty()) {
      runs.emplace_back();
    }
  }
  return runs;
}

/// Of each pixel column the first, highest, lowest and last point.
std::vector<Place> thinned(const std::vector<Place>& run) {
  if (run.size() <= static_cast<std::size_t>(4 * svg::kPlotWidth)) return run;
  std::vector<Place> kept;
  for (auto begin = run.begin(); begin != run.end();) {
    const auto end = std::find_if(begin, run.end(), [&](const Place& p) { return p.x >= std::floor(begin->x) + 1; });
    auto [low, high] = std::minmax_element(begin, end, [](const Place& a, const Place& b) { return a.y < b.y; });
    if (high < low) std::swap(low, high);
    for (const auto at : {begin, low, high, end - 1}) kept.push_back(*at);
    begin = end;
  }
  return kept;
}

std::string draw_line(const PlotLine& line, const PlotSpan& span, const PlotScale& scale, const char* series) {
  std::string svg;
  for (const std::vector<Place>& run : places_of(line, span, scale)) {
    std::string path;
    for (const Place& place : thinned(run)) {
      path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? "" : " ", place.x, place.y);
    }
    if (!path.empty()) svg += fmt::format("<polyline class=\"line {}\" points=\"{}\"/>", series, path);
  }
  if (line.points.size() > kMostDots) return svg + "\n";
  for (const PlotPoint& point : line.points) {
    if (!std::isfinite(point.y)) continue;
    svg += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"><title>{}</title></circle>", series,
                       svg::x_of(span.share(point.x)), svg::y_of(scale.share(point.y)), escape_html(point.tooltip));
  }
  return svg + "\n";
}

}  // namespace

std::string svg_lines(const LinePlot& plot) {
  std::string svg = svg::open(plot.title);
  if (plot.empty()) return svg + "</svg>\n";
  const PlotScale scale = value_scale(plot, svg::kGridLines);
  const PlotSpan span = x_span(plot);
  svg += svg::y_axis(scale, plot.unit);
  for (const double mark : plot.marks) {
    svg += fmt::format(
        "<line class=\"mark\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\"><title>{3}</title></line>\n",
        svg::x_of(span.share(mark)), svg::kTop, svg::kTop + svg::kPlotHeight, escape_html(plot.marks_name));
  }
  for (std::size_t i = 0; i < plot.lines.size(); ++i) svg += draw_line(plot.lines[i], span, scale, svg::kSeries[i % 2]);
  const auto [first, last] = x_labels(plot);
  svg += svg::x_label(svg::x_of(0), "start", first) + svg::x_label(svg::x_of(0.5), "middle", plot.x_name);
  return svg + svg::x_label(svg::x_of(1), "end", last) + "</svg>\n";
}

}  // namespace llmops
