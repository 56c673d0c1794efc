// Writes the page of a sweep.
#include "sweep/sweep_html.h"

#include <fmt/format.h>

#include "core/html_escape.h"
#include "core/html_page.h"
#include "core/svg_chart.h"
#include "core/units.h"

namespace llmops::sweep {
namespace {

std::string params_text(const SweepRecipe& recipe, const Trial& trial) {
  std::string text = fmt::format("trial {}", trial.number);
  for (const std::string& value : point_overrides(recipe.parameters, trial.point)) text += ", " + value;
  return text;
}

std::string trade_off(const SweepRecipe& recipe, const SweepResult& result, const TradeOff& trade_off) {
  std::vector<SvgDot> dots;
  for (const TradeOff::Dot& dot : trade_off.dots) {
    const Trial& trial = result.trials[static_cast<std::size_t>(dot.trial)];
    dots.push_back({dot.x, dot.y, dot.front,
                    fmt::format("{}: {} {}, {} {}", params_text(recipe, trial), trade_off.y, format_number(dot.y),
                                trade_off.x, format_number(dot.x))});
  }
  return html_section(fmt::format("{} over {}", trade_off.y, trade_off.x),
                      html_legend({"others", "front: no other trial is better in both"}) +
                          svg_dots(dots, trade_off.x, trade_off.y, "trials by both metrics"));
}

/// The metric over one parameter that is a range, to see where the good values lie.
std::string over_parameter(const SweepRecipe& recipe, const SweepResult& result, std::size_t index) {
  const Parameter& parameter = recipe.parameters[index];
  const Metric& metric = recipe.metrics[0];
  std::vector<SvgDot> dots;
  for (const Trial& trial : result.trials) {
    if (!trial.measured()) continue;
    const double value = metric.loss(trial.losses[0]);
    dots.push_back({parameter.scaled(trial.point[index]), value, false,
                    fmt::format("{}: {} {}", params_text(recipe, trial), metric.name, format_number(value))});
  }
  const std::string axis = parameter.log ? fmt::format("ln({})", parameter.key) : parameter.key;
  return html_section(fmt::format("{} over {}", metric.name, parameter.key),
                      svg_dots(dots, axis, metric.name, "trials by a parameter"));
}

}  // namespace

std::string sweep_html(const SweepRecipe& recipe, const SweepResult& result, const SweepReport& report) {
  std::string html = fmt::format("<h1>Sweep of {}</h1>\n<p class=\"note\">{} of {} trials by {}, {} of training</p>\n",
                                 escape_html(recipe.recipe.string()), result.trials.size(), result.planned,
                                 recipe.method->name, format_duration(result.seconds));
  html += trade_off(recipe, result, report.trade_off());
  for (std::size_t i = 0; i < recipe.parameters.size(); ++i) {
    if (recipe.parameters[i].is_range()) html += over_parameter(recipe, result, i);
  }
  html += html_section("Trials", html_table(report.columns(), report.rows()));
  return html_page("Sweep", html);
}

}  // namespace llmops::sweep
