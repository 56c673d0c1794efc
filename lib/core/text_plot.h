// Plots of lines in a terminal.
#pragma once

#include <string>

#include "core/line_plot.h"

namespace llmops {

struct TextPlotStyle {
  int width = 80;       ///< columns, labels included
  int height = 14;      ///< rows of the plot itself
  bool unicode = true;  ///< braille dots, eight a character; else ASCII
};

/// The first line is drawn through, those after it as a mark a point. In colour where that is enabled.
std::string text_plot(const LinePlot& plot, const TextPlotStyle& style);

/// As wide as the terminal, at most 100 columns; ASCII unless LC_ALL, LC_CTYPE or LANG name UTF-8.
TextPlotStyle terminal_plot_style();

}  // namespace llmops
