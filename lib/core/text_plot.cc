// Draws lines as dots: braille characters have 2 by 4 of them, ASCII characters are one each.
#include "core/text_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "core/terminal.h"

namespace llmops {
namespace {

constexpr int kTickIntervals = 5;
constexpr int kMostColumns = 100;  // wider a curve tells no more
constexpr int kFewestColumns = 8;
constexpr Colour kColours[] = {Colour::kCyan, Colour::kYellow};

struct Glyphs {
  int dots_across, dots_down;  ///< of a character
  const char *line, *point, *mark, *axis, *tick, *corner, *floor;
};
constexpr Glyphs kUnicode = {2, 4, "⠒", "●", "┊", "│", "┤", "└", "─"};
constexpr Glyphs kAscii = {1, 1, "*", "o", ":", "|", "+", "+", "-"};

std::string braille(unsigned dots) {
  const unsigned code = 0x2800 + dots;  // U+2800, three bytes in UTF-8
  return {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)),
          static_cast<char>(0x80 | (code & 0x3f))};
}

class Canvas {
 public:
  Canvas(int columns, int rows, const Glyphs& glyphs)
      : columns_(columns), rows_(rows), glyphs_(glyphs), cells_(index(rows, 0)) {}

  int dots_across() const { return columns_ * glyphs_.dots_across; }
  int dots_down() const { return rows_ * glyphs_.dots_down; }
  int row_of(int y) const { return y / glyphs_.dots_down; }

  /// From the top left.
  void dot(int x, int y) {
    static constexpr unsigned kBits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    cell(x, y).dots |= kBits[y % glyphs_.dots_down][x % glyphs_.dots_across];
  }
  void segment(int x, int y, int to_x, int to_y) {
    const int steps = std::max({std::abs(to_x - x), std::abs(to_y - y), 1});
    for (int i = 0; i <= steps; ++i) {
      const double share = static_cast<double>(i) / steps;
      dot(x + static_cast<int>(std::lround(share * (to_x - x))), y + static_cast<int>(std::lround(share * (to_y - y))));
    }
  }
  void point(int x, int y) { cell(x, y).point = true; }
  void mark(int x) {
    for (int row = 0; row < rows_; ++row) cell(x, row * glyphs_.dots_down).mark = true;
  }

  std::string row(int at) const {
    std::string text;
    for (int column = 0; column < columns_; ++column) {
      const Cell& cell = cells_[index(at, column)];
      text += cell.point       ? paint(kColours[1], glyphs_.point)
              : cell.dots != 0 ? paint(kColours[0], glyphs_.dots_down > 1 ? braille(cell.dots) : glyphs_.line)
              : cell.mark      ? paint(Colour::kRed, glyphs_.mark)
                               : " ";
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

 private:
  struct Cell {
    unsigned dots = 0;
    bool point = false, mark = false;
  };
  std::size_t index(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
  }
  Cell& cell(int x, int y) { return cells_[index(row_of(y), x / glyphs_.dots_across)]; }

  int columns_, rows_;
  const Glyphs& glyphs_;
  std::vector<Cell> cells_;
};

void draw_lines(const LinePlot& plot, const PlotScale& scale, Canvas& canvas) {
  const PlotSpan span = x_span(plot);
  const auto x_of = [&](double x) { return static_cast<int>(std::lround(span.share(x) * (canvas.dots_across() - 1))); };
  const auto y_of = [&](double y) {
    return static_cast<int>(std::lround((1 - scale.share(y)) * (canvas.dots_down() - 1)));
  };
  for (const double mark : plot.marks) canvas.mark(x_of(mark));
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    const PlotPoint* before = nullptr;
    for (const PlotPoint& point : plot.lines[i].points) {
      const bool drawn = std::isfinite(point.y);
      if (drawn && i > 0) canvas.point(x_of(point.x), y_of(point.y));
      if (drawn && i == 0) {
        const PlotPoint& from = before != nullptr ? *before : point;
        canvas.segment(x_of(from.x), y_of(from.y), x_of(point.x), y_of(point.y));
      }
      before = drawn ? &point : nullptr;
    }
  }
}

std::string legend(const LinePlot& plot, const Glyphs& glyphs) {
  std::string text;
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    if (plot.lines[i].name.empty()) continue;
    text += fmt::format("  {} {}", paint(kColours[i > 0], i > 0 ? glyphs.point : glyphs.line), plot.lines[i].name);
  }
  if (!plot.marks.empty()) text += fmt::format("  {} {}", paint(Colour::kRed, glyphs.mark), plot.marks_name);
  return text;
}

/// First and last label at the ends, the axis' name between them.
std::string x_axis(const LinePlot& plot, int columns) {
  const auto [first, last] = x_labels(plot);
  const int free = columns - display_width(first) - display_width(last);
  const int name = display_width(plot.x_name);
  if (free < name + 2) return first + std::string(static_cast<std::size_t>(std::max(1, free)), ' ') + last;
  const auto left = static_cast<std::size_t>((free - name) / 2);
  return first + std::string(left, ' ') + plot.x_name + std::string(static_cast<std::size_t>(free - name) - left, ' ') +
         last;
}

}  // namespace

std::string text_plot(const LinePlot& plot, const TextPlotStyle& style) {
  const Glyphs& glyphs = style.unicode ? kUnicode : kAscii;
  const PlotScale scale = value_scale(plot, kTickIntervals);
  int label_width = 0;
  for (const double tick : scale.ticks())
    label_width = std::max(label_width, static_cast<int>(scale.label(tick).size()));
  const int columns = std::max(kFewestColumns, style.width - label_width - 2);
  Canvas canvas(columns, style.height, glyphs);
  draw_lines(plot, scale, canvas);
  std::vector<std::string> labels(static_cast<std::size_t>(style.height));
  for (const double tick : scale.ticks()) {
    const auto y = std::lround((1 - scale.share(tick)) * (canvas.dots_down() - 1));
    labels[static_cast<std::size_t>(canvas.row_of(static_cast<int>(y)))] = scale.label(tick);
  }
  std::string text = paint(Colour::kBold, plot.title) + (plot.unit.empty() ? "" : ", " + plot.unit);
  text += legend(plot, glyphs) + "\n";
  for (int row = 0; row < style.height; ++row) {
    const std::string& label = labels[static_cast<std::size_t>(row)];
    text +=
        fmt::format("{:>{}} {}{}\n", label, label_width, label.empty() ? glyphs.axis : glyphs.tick, canvas.row(row));
  }
  const std::string margin(static_cast<std::size_t>(label_width) + 1, ' ');
  text += margin + glyphs.corner;
  for (int i = 0; i < columns; ++i) text += glyphs.floor;
  return text + "\n" + margin + " " + x_axis(plot, columns) + "\n";
}

TextPlotStyle terminal_plot_style() {
  TextPlotStyle style;
  style.width = std::min(terminal_width(), kMostColumns);
  style.unicode = false;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {  // the first that is set decides
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    std::string locale = value;
    std::transform(locale.begin(), locale.end(), locale.begin(), [](unsigned char c) { return std::tolower(c); });
    style.unicode = locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
    break;
  }
  return style;
}

}  // namespace llmops
