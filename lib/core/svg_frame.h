// The frame that all SVG charts share: their size, their axes.
#pragma once

#include <string>

#include "core/plot_scale.h"

namespace llmops::svg {

// Pixels of the drawing's own coordinates; the page scales it to its width.
inline constexpr double kWidth = 760, kHeight = 250;
inline constexpr double kLeft = 60, kRight = 10, kTop = 32, kBottom = 34;
inline constexpr double kPlotWidth = kWidth - kLeft - kRight;
inline constexpr double kPlotHeight = kHeight - kTop - kBottom;
inline constexpr int kGridLines = 4;
inline constexpr const char* kSeries[] = {"a", "b"};

/// Of shares of the plot's width and height, from the lower left.
inline double x_of(double share) { return kLeft + kPlotWidth * share; }
inline double y_of(double share) { return kTop + kPlotHeight * (1 - share); }

/// @param name  for screen readers
std::string open(const std::string& name);
std::string y_axis(const PlotScale& scale, const std::string& unit);
std::string x_label(double x, const std::string& anchor, const std::string& text);

}  // namespace llmops::svg
