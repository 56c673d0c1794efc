// The monitor's report as one HTML file without any outside resource.
#pragma once

#include <string>

#include "monitor/monitor_requests.h"

namespace llmops::monitor {

/// Inline SVG and CSS, no script; light and dark by the reader's preference.
std::string html_report(const MonitorReport& report);

}  // namespace llmops::monitor
