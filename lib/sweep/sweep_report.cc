// Orders the trials and tells of them.
#include "sweep/sweep_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/table.h"
#include "core/terminal.h"
#include "core/units.h"
#include "sweep/finetune_trial.h"
#include "sweep/scatter_text.h"

namespace llmops::sweep {
namespace {

double value_of(const Trial& trial, const std::string& metric) {
  return metric_value(trial.report, metric).value_or(0);
}

std::string number(double value, const std::string& metric) {
  if (metric.ends_with("_bytes")) return format_bytes(static_cast<std::uint64_t>(value));
  if (metric == "wall_s") return format_duration(value);
  return format_number(value, 5);
}

/// Those that were trained for longest first, as a short run's figures cannot be set beside a long one's.
bool comes_first(const Trial& a, const Trial& b) {
  if (a.measured() != b.measured()) return a.measured();
  if (!a.measured()) return a.number < b.number;
  return a.steps != b.steps ? a.steps > b.steps : a.losses[0] < b.losses[0];
}

TradeOff make_trade_off(const SweepRecipe& recipe, const std::vector<Trial>& trials,
                        const std::vector<std::size_t>& order) {
  TradeOff trade_off;
  trade_off.y = recipe.metrics[0].name;
  const bool one = recipe.metrics.size() == 1;
  trade_off.x = !one ? recipe.metrics[1].name : trade_off.y == "wall_s" ? "peak_rss_bytes" : "wall_s";
  std::vector<Losses> losses;
  for (const std::size_t i : order) {
    const Trial& trial = trials[i];
    if (!trial.measured()) continue;
    const double x = value_of(trial, trade_off.x);
    losses.push_back(trial.losses);
    if (one) losses.back().push_back(x);
    trade_off.dots.push_back({trial.number, x, value_of(trial, trade_off.y), false, trade_off.dots.empty()});
  }
  const std::vector<std::size_t> fronts = pareto_fronts(losses);
  for (std::size_t i = 0; i < fronts.size(); ++i) trade_off.dots[i].front = fronts[i] == 0;
  return trade_off;
}

std::string cell(const Json& value) { return value.is_string() ? value.get<std::string>() : dump_json(value); }

}  // namespace

SweepReport::SweepReport(const SweepRecipe& recipe, const SweepResult& result) : recipe_(recipe), result_(result) {
  order_.resize(result.trials.size());
  std::iota(order_.begin(), order_.end(), 0);
  std::stable_sort(order_.begin(), order_.end(),
                   [&](std::size_t a, std::size_t b) { return comes_first(result.trials[a], result.trials[b]); });
  if (!order_.empty() && result.trials[order_[0]].measured()) best_ = order_[0];
  trade_off_ = make_trade_off(recipe, result.trials, order_);
}

bool SweepReport::on_front(int trial) const {
  return std::any_of(trade_off_.dots.begin(), trade_off_.dots.end(),
                     [&](const TradeOff::Dot& dot) { return dot.trial == trial && dot.front; });
}

std::vector<std::string> SweepReport::columns() const {
  std::vector<std::string> titles = {"trial"};
  for (const Parameter& parameter : recipe_.parameters) titles.push_back(parameter.key);
  if (recipe_.halving) titles.emplace_back("steps");
  for (const Metric& metric : recipe_.metrics) titles.push_back(metric.name);
  if (recipe_.metrics.size() == 1) titles.push_back(trade_off_.x);
  titles.emplace_back("");
  return titles;
}

std::vector<std::vector<std::string>> SweepReport::rows() const {
  std::vector<std::vector<std::string>> rows;
  for (const std::size_t i : order_) {
    const Trial& trial = result_.trials[i];
    std::vector<std::string> cells = {std::to_string(trial.number)};
    const Json params = point_json(recipe_.parameters, trial.point);
    for (const auto& [key, value] : params.items()) cells.push_back(cell(value));
    if (recipe_.halving) cells.push_back(std::to_string(trial.steps));
    const auto add = [&](const std::string& metric) {
      cells.push_back(trial.measured() ? number(value_of(trial, metric), metric) : "-");
    };
    for (const Metric& metric : recipe_.metrics) add(metric.name);
    if (recipe_.metrics.size() == 1) add(trade_off_.x);
    std::string mark = best_ == i ? "best" : trial.status == "finished" ? "" : trial.status;
    if (on_front(trial.number)) mark += mark.empty() ? "front" : ", front";
    cells.push_back(mark);
    rows.push_back(std::move(cells));
  }
  return rows;
}

std::string SweepReport::text(int width) const {
  std::vector<Table::Column> titles;
  for (const std::string& title : columns()) titles.push_back({title, Table::Align::kRight});
  titles.back().align = Table::Align::kLeft;
  Table table(titles);
  for (auto& cells : rows()) table.add_row(cells);
  std::string text = table.render(width);
  for (const Trial& trial : result_.trials) {
    if (!trial.error.empty()) text += fmt::format("trial {} failed: {}\n", trial.number, trial.error);
  }
  if (trade_off_.dots.size() > 1) text += "\n" + scatter_text(trade_off_, width);
  return text;
}

Json SweepReport::json() const {
  Json trials = Json::array();
  for (const std::size_t i : order_) {
    const Trial& trial = result_.trials[i];
    Json item = {{"trial", trial.number},
                 {"status", trial.status},
                 {"params", point_json(recipe_.parameters, trial.point)},
                 {"steps", trial.report.value("steps", Json())},
                 {"run_id", trial.report.value("run_id", Json())},
                 {"output", trial_output(trial.report).path}};
    Json metrics = Json::object();
    for (const auto& [key, value] : trial.report.items()) {
      if (value.is_number()) metrics[key] = value;
    }
    for (const Metric& metric : recipe_.metrics) {
      if (trial.measured()) metrics[metric.name] = value_of(trial, metric.name);
    }
    item["metrics"] = std::move(metrics);
    item["best"] = best_ == i;
    item["front"] = on_front(trial.number);
    if (!trial.error.empty()) item["error"] = trial.error;
    trials.push_back(std::move(item));
  }
  return {{"method", recipe_.method->name}, {"settings", recipe_.settings()},
          {"planned", result_.planned},     {"out_of_time", result_.out_of_time},
          {"seconds", result_.seconds},     {"best_trial", best_ ? Json(result_.trials[*best_].number) : Json()},
          {"trials", std::move(trials)}};
}

std::string best_recipe(const SweepRecipe& recipe, const Trial& trial) {
  config::YamlDocument document = config::YamlDocument::from_file(recipe.recipe, recipe.overrides(trial.point));
  Json json = document.json();
  json["output_dir"] = (std::filesystem::path(recipe.output_dir) / "best").string();
  std::string text = fmt::format("# {} with the values of trial {} of {}.\n", recipe.recipe.string(), trial.number,
                                 recipe.file.string());
  for (const auto& [key, value] : json.items()) text += fmt::format("{}: {}\n", key, dump_json(value));
  return text;
}

}  // namespace llmops::sweep
