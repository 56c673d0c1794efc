#include "core/svg_frame.h"

#include <fmt/format.h>

#include "core/html_escape.h"

namespace llmops::svg {

std::string open(const std::string& name) {
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", kWidth, kHeight,
                     escape_html(name));
}

std::string y_axis(const PlotScale& scale, const std::string& unit) {
  std::string svg = fmt::format("<text class=\"axis\" x=\"4\" y=\"16\">{}</text>\n", escape_html(unit));
  for (const double tick : scale.ticks()) {
    const double y = y_of(scale.share(tick));
    svg += fmt::format("<line class=\"grid\" x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>", kLeft,
                       kWidth - kRight, y);
    svg += fmt::format("<text class=\"axis\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 6, y + 4,
                       scale.label(tick));
  }
  return svg;
}

std::string x_label(double x, const std::string& anchor, const std::string& text) {
  if (text.empty()) return "";
  return fmt::format("<text class=\"axis\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", x, kHeight - 12,
                     anchor, escape_html(text));
}

}  // namespace llmops::svg
