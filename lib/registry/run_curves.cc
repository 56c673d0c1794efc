// Which metrics stand in one plot, and how they are called.
#include "registry/run_curves.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/units.h"
#include "registry/names.h"

namespace llmops::registry {
namespace {

constexpr const char* kValidation = "val_";
constexpr const char* kRollback = "rollback_to";  // as train::StepLog::metrics() names it

/// How a metric is shown; others have their name as the title.
struct Shown {
  const char* metric;
  const char* companion;  ///< drawn in the same plot; "" is the metric of validation
  const char* title;
  const char* unit;
  double scale;                       ///< of the recorded value, in `unit`s
  const char *name, *companion_name;  ///< in the legend; "" is training, beside a companion
  bool from_zero;
};
constexpr Shown kShown[] = {
    {"loss", "", "loss", "", 1, "", "validation", false},
    {"learning_rate", "", "learning rate", "", 1, "", "", true},
    {"grad_norm", "", "gradient norm", "", 1, "before clipping", "", true},
    {"tok_s", "", "speed", "tokens/s", 1, "", "", true},
    {"rss_bytes", "peak_rss_bytes", "memory", "MB", 1e-6, "in use", "at most", true},
    {"energy_j", "", "energy", "Wh", 1.0 / 3600, "of the whole machine", "", true},
};

Shown shown_as(const std::string& metric) {
  const auto found =
      std::find_if(std::begin(kShown), std::end(kShown), [&](const Shown& s) { return s.metric == metric; });
  if (found != std::end(kShown)) return *found;
  return {metric.c_str(), "", metric.c_str(), "", 1, "", "validation", false};
}

const MetricSeries* find_series(const std::vector<MetricSeries>& metrics, const std::string& name) {
  const auto found =
      std::find_if(metrics.begin(), metrics.end(), [&](const auto& series) { return series.name == name; });
  return found == metrics.end() ? nullptr : &*found;
}

std::string companion_of(const Shown& shown) {
  return *shown.companion != '\0' ? shown.companion : std::string(kValidation) + shown.metric;
}

PlotLine line_of(const MetricSeries& series, const std::string& name, double scale) {
  PlotLine line{name, {}};
  for (const MetricPoint& point : series.points) {
    const double value = point.value * scale;
    line.points.push_back(
        {static_cast<double>(point.step), value,
         fmt::format("step {}, {} {}", point.step, name.empty() ? series.name : name, format_number(value, 5))});
  }
  return line;
}

}  // namespace

std::vector<std::pair<std::int64_t, std::int64_t>> run_rollbacks(const std::vector<MetricSeries>& metrics) {
  std::vector<std::pair<std::int64_t, std::int64_t>> rollbacks;
  if (const MetricSeries* series = find_series(metrics, kRollback)) {
    for (const MetricPoint& point : series->points)
      rollbacks.emplace_back(point.step, static_cast<std::int64_t>(point.value));
  }
  return rollbacks;
}

LinePlot run_curve(const std::vector<MetricSeries>& metrics, const std::string& name) {
  const MetricSeries* main = find_series(metrics, name);
  if (main == nullptr) {
    std::vector<std::string> names;
    names.reserve(metrics.size());
    for (const MetricSeries& series : metrics) names.push_back(series.name);
    throw NotFoundError(fmt::format("the run has no metric '{}'", name),
                        names.empty() ? "it recorded no metrics" : near_name_hint(name, names, "metric"));
  }
  const Shown shown = shown_as(name);
  LinePlot plot;
  plot.title = shown.title;
  plot.unit = shown.unit;
  plot.from_zero = shown.from_zero;
  plot.x_name = "step";
  plot.marks_name = "undone";
  const MetricSeries* companion = find_series(metrics, companion_of(shown));
  const bool alone = companion == nullptr || *shown.name != '\0';
  plot.lines.push_back(line_of(*main, alone ? shown.name : "training", shown.scale));
  if (companion != nullptr) plot.lines.push_back(line_of(*companion, shown.companion_name, shown.scale));
  for (const auto& [step, to_step] : run_rollbacks(metrics)) plot.marks.push_back(static_cast<double>(step));
  return plot;
}

std::vector<LinePlot> run_curves(const std::vector<MetricSeries>& metrics) {
  std::vector<std::string> names, companions = {kRollback};
  for (const Shown& shown : kShown) {
    if (find_series(metrics, shown.metric) != nullptr) names.emplace_back(shown.metric);
  }
  for (const MetricSeries& series : metrics) {
    if (std::find(names.begin(), names.end(), series.name) == names.end()) names.push_back(series.name);
  }
  for (const std::string& name : names) companions.push_back(companion_of(shown_as(name)));
  std::vector<LinePlot> plots;
  for (const std::string& name : names) {
    if (std::find(companions.begin(), companions.end(), name) != companions.end()) continue;
    if (find_series(metrics, name)->points.size() < 2) continue;
    plots.push_back(run_curve(metrics, name));
    if (plots.back().empty()) plots.pop_back();
  }
  return plots;
}

}  // namespace llmops::registry
