// What the charts of both reports show, before it is drawn.
#pragma once

#include <string>
#include <vector>

#include "monitor/monitor_requests.h"

namespace llmops::monitor {

struct HistogramBar {
  std::string label;  ///< "120 - 240"
  std::size_t count = 0;
};

/// Bars of equal width with round edges, at most `most` of them; the last is open above where a few requests took far
/// longer than the rest.
std::vector<HistogramBar> latency_histogram(const std::vector<LatencyPoint>& points, int most);

/// Latency over one slice of time.
struct LatencySlice {
  std::int64_t begin_ms = 0;  ///< Unix
  std::int64_t end_ms = 0;
  std::size_t requests = 0;
  double p50 = 0;  ///< ms
  double p95 = 0;
};
/// Equal slices between the first and the last request; slices without requests are left out.
std::vector<LatencySlice> latency_over_time(const std::vector<LatencyPoint>& points, int most);

/// "1 - 32" or "above 256"; bins hold whole numbers of tokens.
std::string bin_label(const DriftBin& bin);

}  // namespace llmops::monitor
