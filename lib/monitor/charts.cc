// What the charts of both reports show, before it is drawn.
#include "monitor/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/plot_scale.h"
#include "core/units.h"
#include "monitor/statistics.h"

namespace llmops::monitor {

std::vector<HistogramBar> latency_histogram(const std::vector<LatencyPoint>& points, int most) {
  std::vector<double> values;
  for (const LatencyPoint& point : points) values.push_back(point.latency_ms);
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  // One outlier must not press everything else into the first bar.
  const double upper = std::min(values.back(), 2 * percentile(values, 95));
  const double width = round_up(upper / most);
  const auto bars = static_cast<int>(std::clamp(std::ceil(upper / width), 1.0, static_cast<double>(most)));
  const bool open = values.back() > width * bars;
  std::vector<double> edges;
  for (int i = 1; i < bars + (open ? 1 : 0); ++i) edges.push_back(i * width);
  const auto counts = count_bins(values, edges);
  std::vector<HistogramBar> histogram;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string from = format_number(static_cast<double>(i) * width);
    const bool last = open && i + 1 == counts.size();
    histogram.push_back(
        {last ? "above " + from : from + " - " + format_number(static_cast<double>(i + 1) * width), counts[i]});
  }
  return histogram;
}

std::vector<LatencySlice> latency_over_time(const std::vector<LatencyPoint>& points, int most) {
  if (points.empty()) return {};
  const auto [first, last] = std::minmax_element(points.begin(), points.end(),
                                                 [](const auto& a, const auto& b) { return a.time_ms < b.time_ms; });
  const std::int64_t begin = first->time_ms;
  const std::int64_t width = std::max<std::int64_t>(1, (last->time_ms - begin) / most + 1);
  std::vector<std::vector<double>> slices(static_cast<std::size_t>(most));
  for (const LatencyPoint& point : points) {
    slices[static_cast<std::size_t>((point.time_ms - begin) / width)].push_back(point.latency_ms);
  }
  std::vector<LatencySlice> result;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    auto& values = slices[i];
    if (values.empty()) continue;
    std::sort(values.begin(), values.end());
    const std::int64_t from = begin + static_cast<std::int64_t>(i) * width;
    result.push_back({from, from + width, values.size(), percentile(values, 50), percentile(values, 95)});
  }
  return result;
}

std::string bin_label(const DriftBin& bin) {
  const double from = std::floor(bin.above) + 1;
  if (!bin.up_to) return "above " + format_number(std::floor(bin.above));
  const double to = std::floor(*bin.up_to);
  return from >= to ? format_number(to) : format_number(from) + " - " + format_number(to);
}

}  // namespace llmops::monitor
