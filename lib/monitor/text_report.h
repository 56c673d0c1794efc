// The monitor's report for a terminal.
#pragma once

#include <string>

#include "monitor/monitor_requests.h"

namespace llmops::monitor {

/// @param width  columns; 0 where lines may be as long as they are
std::string text_report(const MonitorReport& report, int width);

}  // namespace llmops::monitor
