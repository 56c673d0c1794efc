// Plots of lines: round axes, dots in a terminal, SVG on a page.
#include "core/line_plot.h"

#include <cmath>
#include <cstdlib>

#include "core/svg_chart.h"
#include "core/terminal.h"
#include "core/text_plot.h"
#include "support/catch.h"

using namespace llmops;

namespace {

PlotLine line(const std::string& name, const std::vector<double>& values) {
  PlotLine made{name, {}};
  for (std::size_t i = 0; i < values.size(); ++i)
    made.points.push_back({static_cast<double>(i + 1), values[i], "<tip>"});
  return made;
}

LinePlot plot_of(const std::vector<double>& values) {
  LinePlot plot;
  plot.title = "loss";
  plot.x_name = "step";
  plot.lines = {line("training", values)};
  return plot;
}

std::vector<std::string> labels(const PlotScale& scale) {
  std::vector<std::string> texts;
  for (const double tick : scale.ticks()) texts.push_back(scale.label(tick));
  return texts;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

class Environment {
 public:
  explicit Environment(const std::vector<std::pair<const char*, const char*>>& values) {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG", "COLUMNS"}) {
      const char* value = std::getenv(name);
      before_.emplace_back(name, value == nullptr ? "" : value);
      ::unsetenv(name);
    }
    for (const auto& [name, value] : values) ::setenv(name, value, 1);
  }
  ~Environment() {
    for (const auto& [name, value] : before_) value.empty() ? ::unsetenv(name) : ::setenv(name, value.c_str(), 1);
  }

 private:
  std::vector<std::pair<const char*, std::string>> before_;
};

}  // namespace

TEST_CASE("axes have round numbers that can be told apart", "[core]") {
  using Labels = std::vector<std::string>;
  CHECK(labels(round_scale(0, 10, 4)) == Labels{"0", "2.5", "5.0", "7.5", "10.0"});
  CHECK(labels(round_scale(2.31, 2.39, 4)) == Labels{"2.30", "2.32", "2.34", "2.36", "2.38", "2.40"});
  CHECK(labels(round_scale(0, 2e-4, 4)) == Labels{"0", "0.00005", "0.00010", "0.00015", "0.00020"});
  CHECK(labels(round_scale(0, 2e-6, 4)) == Labels{"0", "5e-07", "1.0e-06", "1.5e-06", "2.0e-06"});
  CHECK(labels(round_scale(-30, 900, 4)) == Labels{"-250", "0", "250", "500", "750", "1000"});
  CHECK(labels(round_scale(0, 4e6, 4)) == Labels{"0", "1e+06", "2e+06", "3e+06", "4e+06"});
  CHECK(labels(round_scale(5, 5, 4)) == Labels{"4.50", "4.75", "5.00", "5.25", "5.50"});
  CHECK(round_scale(0, 0, 4).share(0) == 0.5);
  CHECK(labels(round_scale(1, 1 + 1e-15, 4)).size() < 8);
}

TEST_CASE("a falling curve is drawn in ASCII", "[core]") {
  CHECK(text_plot(plot_of({4, 3, 2, 1, 0}), {17, 5, false}) ==
        "loss  * training\n"
        "4 +**\n"
        "3 +  ***\n"
        "2 +     ****\n"
        "1 +         ***\n"
        "0 +            **\n"
        "  +--------------\n"
        "   1    step    5\n");
}

TEST_CASE("braille dots, points of validation, marks", "[core]") {
  LinePlot plot = plot_of({4, 3, 2, 1, 0});
  plot.lines.push_back(line("validation", {4, NAN, 3, NAN, 2}));
  plot.marks = {2};
  plot.marks_name = "undone";
  const std::string text = text_plot(plot, {40, 6, true});
  INFO(text);
  CHECK(text.starts_with("loss  ⠒ training  ● validation  ┊ undone\n"));
  CHECK(count(text, "●") == 1 + 3);
  CHECK(count(text, "┊") >= 4);
  for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    CHECK(display_width(text.substr(at, end - at)) <= 40);
  }
  CHECK(text.find('\033') == std::string::npos);  // not a terminal: no colour
}

TEST_CASE("what cannot be drawn is left out", "[core]") {
  CHECK(plot_of({}).empty());
  CHECK(plot_of({NAN, INFINITY}).empty());
  CHECK(plot_of({}).lines.size() == 1);
  CHECK_FALSE(text_plot(plot_of({NAN}), {40, 6, true}).empty());
  CHECK(count(text_plot(plot_of({2}), {40, 6, false}), "*") == 1 + 1);  // in the legend, and the point
  const std::string gap = text_plot(plot_of({1, NAN, 1}), {40, 6, false});
  CHECK(count(gap, "*") == 1 + 2);  // no line across it
  CHECK_NOTHROW(text_plot(plot_of({1e300, -1e300, 1e-300}), {1, 1, true}));
  std::vector<double> many(200'000, 1.0);
  many[777] = 5;
  CHECK(text_plot(plot_of(many), {60, 8, true}).find("5") != std::string::npos);
}

TEST_CASE("the terminal decides on width and characters", "[core]") {
  const auto style = [](const std::vector<std::pair<const char*, const char*>>& values) {
    const Environment environment(values);
    return terminal_plot_style();
  };
  CHECK(style({{"COLUMNS", "57"}}).width == 57);
  CHECK(style({{"COLUMNS", "400"}}).width == 100);
  CHECK_FALSE(style({}).unicode);
  CHECK_FALSE(style({{"LANG", "de_DE.UTF-8"}, {"LC_ALL", "C"}}).unicode);
  CHECK(style({{"LANG", "de_DE.UTF-8"}}).unicode);
  CHECK(style({{"LC_CTYPE", "C.utf8"}}).unicode);
}

TEST_CASE("a page's curve is escaped, broken at gaps and thinned", "[core]") {
  LinePlot plot = plot_of({1, NAN, 2, 3});
  plot.title = "<loss>";
  plot.unit = "\"&";
  plot.marks = {2};
  const std::string svg = svg_lines(plot);
  INFO(svg);
  CHECK(count(svg, "<polyline") == 2);
  CHECK(count(svg, "<circle") == 3);
  CHECK(count(svg, "class=\"mark\"") == 1);
  CHECK(svg.find("<loss>") == std::string::npos);
  CHECK(svg.find("<tip>") == std::string::npos);
  CHECK(svg.find("&lt;tip&gt;") != std::string::npos);
  CHECK(svg_lines(plot_of({})).find("</svg>") != std::string::npos);

  std::vector<double> many;
  for (int i = 0; i < 300'000; ++i) many.push_back(i % 1000 == 7 ? 9 : 1);
  const std::string thinned = svg_lines(plot_of(many));
  CHECK(thinned.size() < 60'000);
  CHECK(count(thinned, "<circle") == 0);
}
