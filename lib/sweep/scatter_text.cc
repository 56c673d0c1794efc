// Dots on a grid of characters, between the ends of both axes.
#include "sweep/scatter_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/units.h"

namespace llmops::sweep {
namespace {

constexpr int kRows = 14;

struct Range {
  double low = HUGE_VAL, high = -HUGE_VAL;

  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// @returns a cell of `count`
  std::size_t cell(double value, int count) const {
    return high > low ? static_cast<std::size_t>(std::lround((value - low) / (high - low) * (count - 1))) : 0;
  }
};

/// Better dots over worse ones.
int rank(const TradeOff::Dot& dot) { return dot.best ? 2 : dot.front ? 1 : 0; }

}  // namespace

std::string scatter_text(const TradeOff& trade_off, int width) {
  static constexpr const char* kMarks[] = {" ", "·", "o", "*"};
  Range x, y;
  for (const TradeOff::Dot& dot : trade_off.dots) {
    x.include(dot.x);
    y.include(dot.y);
  }
  const std::string top = format_number(y.high), bottom = format_number(y.low);
  const std::size_t margin = std::max(top.size(), bottom.size());
  const int columns = std::clamp((width > 0 ? width : 72) - static_cast<int>(margin) - 3, 10, 100);
  std::vector<std::vector<int>> grid(kRows, std::vector<int>(static_cast<std::size_t>(columns), 0));
  for (const TradeOff::Dot& dot : trade_off.dots) {
    int& mark = grid[kRows - 1 - y.cell(dot.y, kRows)][x.cell(dot.x, columns)];
    mark = std::max(mark, rank(dot) + 1);
  }
  std::string text = fmt::format("{} over {}   * best   o front   · others\n", trade_off.y, trade_off.x);
  for (int row = 0; row < kRows; ++row) {
    const std::string& label = row == 0 ? top : row == kRows - 1 ? bottom : "";
    std::string line;
    for (const int mark : grid[static_cast<std::size_t>(row)]) line += kMarks[mark];
    line.erase(line.find_last_not_of(' ') + 1);
    text += fmt::format("{:>{}} │{}\n", label, margin, line);
  }
  std::string axis;
  for (int i = 0; i < columns; ++i) axis += "─";
  const std::string left = format_number(x.low), right = format_number(x.high);
  const int space = std::max(1, columns - static_cast<int>(left.size() + right.size()));
  text += fmt::format("{:>{}} └{}\n", "", margin, axis);
  return text + fmt::format("{:>{}}  {}{:>{}}{}\n", "", margin, left, "", space, right);
}

}  // namespace llmops::sweep
