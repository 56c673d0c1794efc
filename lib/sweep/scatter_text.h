// A trade-off drawn with characters.
#pragma once

#include <string>

#include "sweep/sweep_report.h"

namespace llmops::sweep {

/// @param width  columns of the terminal; 0: 72
std::string scatter_text(const TradeOff& trade_off, int width);

}  // namespace llmops::sweep
