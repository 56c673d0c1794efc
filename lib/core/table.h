// Tables and bar charts as text for terminals and logs.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace llmops {

/// A table whose columns are as wide as their content, cut with an ellipsis where the terminal is narrower.
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns);
  /// @throws std::logic_error  when the number of cells differs from the number of columns
  void add_row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  /// @param width  columns of the terminal; 0 means never cut (pipes and files)
  std::string render(int width) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// One labelled bar a line, e.g. a length histogram.
/// @param width  columns to fill, labels and counts included
std::string bar_chart(const std::vector<std::pair<std::string, double>>& bars, int width);

}  // namespace llmops
