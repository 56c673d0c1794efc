#include "core/table.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/terminal.h"
#include "core/units.h"

namespace llmops {
namespace {

constexpr int kGap = 2;
constexpr int kMinimumWidth = 6;  // a narrower column tells nothing

/// `text` cut to `width` columns, the last one an ellipsis.
std::string cut(const std::string& text, int width) {
  if (display_width(text) <= width) return text;
  std::string result;
  int used = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t next = i + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xc0) == 0x80) ++next;
    const std::string character = text.substr(i, next - i);
    used += display_width(character);
    if (used > width - 1) break;
    result += character;
    i = next;
  }
  return result + "…";
}

/// Control characters would break the grid (and a hostile name could drive the terminal).
std::string printable(const std::string& cell) {
  std::string text = cell;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool our_own_colour = c == 0x1b && i + 1 < text.size() && text[i + 1] == '[';
    if ((c < 0x20 && !our_own_colour) || c == 0x7f) text[i] = ' ';
  }
  return text;
}

std::string pad(const std::string& text, int width, Table::Align align) {
  const std::string space(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
  return align == Table::Align::kRight ? space + text : text + space;
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::add_row(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) throw std::logic_error("Table::add_row: wrong number of cells");
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::render(int width) const {
  std::vector<int> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    int widest = display_width(columns_[c].title);
    for (const auto& row : rows_) widest = std::max(widest, display_width(row[c]));
    widths.push_back(widest);
  }
  const auto total = [&] {
    int sum = kGap * (static_cast<int>(widths.size()) - 1);
    for (const int w : widths) sum += w;
    return sum;
  };
  while (width > 0 && total() > width) {  // take from the widest column, a column at a time
    auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kMinimumWidth) break;
    --*widest;
  }
  std::string text;
  const auto add_line = [&](const auto& cell_of, bool header) {
    std::string line;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (c > 0) line.append(kGap, ' ');
      const std::string cell = pad(cut(cell_of(c), widths[c]), widths[c], columns_[c].align);
      line += header ? paint(Colour::kBold, cell) : cell;
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += line + "\n";
  };
  add_line([&](std::size_t c) { return columns_[c].title; }, true);
  for (const auto& row : rows_) add_line([&](std::size_t c) { return row[c]; }, false);
  return text;
}

std::string bar_chart(const std::vector<std::pair<std::string, double>>& bars, int width) {
  int label_width = 0;
  int number_width = 0;
  double largest = 0;
  for (const auto& [label, value] : bars) {
    label_width = std::max(label_width, display_width(label));
    number_width = std::max(number_width, static_cast<int>(format_number(value).size()));
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  const int room = std::max(4, width - label_width - number_width - 2 * kGap);
  static const char* const kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  std::string text;
  for (const auto& [label, value] : bars) {
    const bool drawable = largest > 0 && std::isfinite(value) && value > 0;
    const int eighths = drawable ? static_cast<int>(std::lround(value / largest * room * 8)) : 0;
    std::string bar;
    for (int i = 0; i < eighths / 8; ++i) bar += "█";
    bar += kEighths[eighths % 8];
    text += pad(label, label_width, Table::Align::kLeft) + "  " +
            pad(format_number(value), number_width, Table::Align::kRight) + "  " + bar + "\n";
  }
  return text;
}

}  // namespace llmops
