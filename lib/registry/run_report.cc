// Formatting runs.
#include "registry/run_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/resource_use.h"
#include "core/table.h"
#include "core/terminal.h"
#include "core/units.h"

namespace llmops::registry {
namespace {

constexpr std::size_t kSparkColumns = 40;

// JSON has no NaN: such values are given by name.
Json number_json(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

std::string number_text(double value) {
  return std::isfinite(value) ? format_number(value) : number_json(value).get<std::string>();
}

Json edges_json(const std::vector<RunArtifact>& edges) {
  Json list = Json::array();
  for (const auto& edge : edges) {
    list.push_back({{"kind", edge.kind}, {"name", edge.name}, {"path", edge.path}, {"sha256", edge.sha256}});
  }
  return list;
}

std::string edges_text(const char* title, const std::vector<RunArtifact>& edges) {
  std::string text = edges.empty() ? "" : fmt::format("\n{}\n", title);
  for (const auto& edge : edges)
    text += fmt::format("  {:<10} {}  {}\n", edge.kind, edge.sha256.substr(0, 12), edge.name);
  return text;
}

std::string metrics_text(const std::vector<MetricSeries>& all, int width) {
  if (all.empty()) return "";
  Table table({{"metric", Table::Align::kLeft},
               {"last", Table::Align::kRight},
               {"lowest", Table::Align::kRight},
               {"highest", Table::Align::kRight},
               {"points", Table::Align::kRight},
               {"", Table::Align::kLeft}});
  for (const MetricSeries& series : all) {
    const auto less = [](const MetricPoint& a, const MetricPoint& b) {
      return std::isfinite(a.value) && (!std::isfinite(b.value) || a.value < b.value);
    };
    const auto more = [](const MetricPoint& a, const MetricPoint& b) {
      return std::isfinite(b.value) && (!std::isfinite(a.value) || a.value < b.value);
    };
    const auto& points = series.points;
    table.add_row({series.name, number_text(points.back().value),
                   number_text(std::min_element(points.begin(), points.end(), less)->value),
                   number_text(std::max_element(points.begin(), points.end(), more)->value),
                   format_count(points.size()), points.size() > 2 ? sparkline(points, kSparkColumns) : ""});
  }
  return "\n" + table.render(width);
}

std::string named_text(const char* title, const std::vector<std::pair<std::string, std::string>>& named, int width) {
  if (named.empty()) return "";
  Table table({{title, Table::Align::kLeft}, {"", Table::Align::kLeft}});
  for (const auto& [name, value] : named) table.add_row({name, value});
  return "\n" + table.render(width);
}

Json children_json(const std::vector<RunRecord>& children) {
  Json list = Json::array();
  for (const RunRecord& child : children)
    list.push_back({{"id", child.id}, {"command", child.command}, {"status", child.status}});
  return list;
}

/// Oldest first.
std::vector<RunRecord> children_of(Registry& registry, const RunRecord& run) {
  RunFilter filter;
  filter.parent = run.id;
  filter.most = 0;
  std::vector<RunRecord> children = list_runs(registry, filter);
  std::reverse(children.begin(), children.end());
  return children;
}

std::string status_text(const std::string& status) {
  if (status == "finished") return paint(Colour::kGreen, status);
  return paint(status == "running" ? Colour::kCyan : Colour::kRed, status);
}

std::vector<std::pair<std::string, std::string>> comparable(Registry& registry, const RunRecord& run) {
  std::vector<std::pair<std::string, std::string>> named = {
      {"command", run.command}, {"status", run.status}, {"seed", run.seed},
      {"device", run.device},   {"host", run.host},     {"git", run.git_commit + (run.git_dirty ? " (dirty)" : "")}};
  for (const auto& pair : flatten_json(run.versions)) named.emplace_back("version " + pair.first, pair.second);
  for (const auto& pair : list_params(registry, run.id)) named.push_back(pair);
  for (const auto& input : list_inputs(registry, run.id))
    named.emplace_back("input " + input.name, input.sha256.substr(0, 12));
  for (const auto& series : list_metrics(registry, run.id)) {
    named.emplace_back("last " + series.name, number_text(series.points.back().value));
  }
  return named;
}

}  // namespace

Json run_summary_json(const RunRecord& run) {
  Json tags = Json::object();
  for (const auto& [key, value] : run.tags) tags[key] = value;
  return {{"id", run.id},
          {"command", run.command},
          {"status", run.status},
          {"started_at", run.started_at},
          {"ended_at", run.ended_at.empty() ? Json() : Json(run.ended_at)},
          {"seconds", run.seconds()},
          {"error", run.error.empty() ? Json() : Json(run.error)},
          {"tags", tags}};
}

Json run_json(Registry& registry, const RunRecord& run) {
  Json metrics = Json::object();
  for (const MetricSeries& series : list_metrics(registry, run.id)) {
    Json points = Json::array();
    for (const auto& point : series.points) {
      points.push_back({{"step", point.step}, {"value", number_json(point.value)}, {"at", point.at}});
    }
    metrics[series.name] = points;
  }
  Json report = run_summary_json(run);
  report.update({{"argv", run.argv},
                 {"config", run.config},
                 {"seed", run.seed},
                 {"device", run.device},
                 {"parent_run", run.parent_run},
                 {"children", children_json(children_of(registry, run))},
                 {"working_directory", run.working_directory},
                 {"git_commit", run.git_commit},
                 {"git_dirty", run.git_dirty},
                 {"host", run.host},
                 {"cpu", run.cpu},
                 {"versions", run.versions},
                 {"peak_memory_bytes", run.peak_memory_bytes},
                 {"energy_j", run.energy_j ? Json(*run.energy_j) : Json()},
                 {"metrics", metrics},
                 {"inputs", edges_json(list_inputs(registry, run.id))},
                 {"outputs", edges_json(list_outputs(registry, run.id))},
                 {"summary", run.summary}});
  return report;
}

std::string runs_text(const std::vector<RunRecord>& runs, int width) {
  if (runs.empty()) return "no runs\n";
  Table table({{"run", Table::Align::kLeft},
               {"command", Table::Align::kLeft},
               {"status", Table::Align::kLeft},
               {"started (UTC)", Table::Align::kLeft},
               {"took", Table::Align::kRight},
               {"tags", Table::Align::kLeft}});
  for (const RunRecord& run : runs) {
    std::vector<std::string> tags;
    for (const auto& [key, value] : run.tags) tags.push_back(key + "=" + value);
    table.add_row({run.id, run.command, status_text(run.status),
                   run.started_at.substr(0, 10) + " " + run.started_at.substr(11, 5), format_duration(run.seconds()),
                   fmt::format("{}", fmt::join(tags, " "))});
  }
  return table.render(width);
}

std::string run_text(Registry& registry, const RunRecord& run, int width) {
  std::string text = fmt::format("{}  {}  {}\n", paint(Colour::kBold, run.id), run.command, status_text(run.status));
  if (!run.error.empty()) text += fmt::format("error     {}\n", run.error);
  text += fmt::format("started   {}, took {}\n", run.started_at, format_duration(run.seconds()));
  text += fmt::format("line      {}\n", fmt::join(run.argv, " "));
  text += fmt::format("machine   {}, {}, {}\n", run.host, run.cpu, run.device);
  if (!run.seed.empty()) text += fmt::format("seed      {}\n", run.seed);
  if (!run.git_commit.empty()) {
    text += fmt::format("git       {}{}\n", run.git_commit.substr(0, 12),
                        run.git_dirty ? " (with uncommitted changes)" : "");
  }
  if (run.peak_memory_bytes > 0) text += fmt::format("memory    {} at most\n", format_bytes(run.peak_memory_bytes));
  if (run.energy_j) text += fmt::format("energy    {}\n", format_energy(*run.energy_j));
  if (!run.parent_run.empty()) text += fmt::format("parent    {}\n", run.parent_run);
  for (const auto& [key, value] : run.tags) text += fmt::format("tag       {}={}\n", key, value);
  text += edges_text("inputs", list_inputs(registry, run.id));
  text += edges_text("outputs", list_outputs(registry, run.id));
  text += metrics_text(list_metrics(registry, run.id), width);
  const auto children = children_of(registry, run);
  if (!children.empty()) text += fmt::format("\nruns started by it\n{}", runs_text(children, width));
  return text + named_text("parameter", list_params(registry, run.id), width);
}

std::vector<Difference> diff_runs(Registry& registry, const RunRecord& before, const RunRecord& after) {
  return diff_named(comparable(registry, before), comparable(registry, after));
}

std::string sparkline(const std::vector<MetricPoint>& points, std::size_t columns) {
  static constexpr const char* kLevels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  double low = INFINITY, high = -INFINITY;
  for (const auto& point : points) {
    if (!std::isfinite(point.value)) continue;
    low = std::min(low, point.value);
    high = std::max(high, point.value);
  }
  std::string text;
  columns = std::min(columns, points.size());
  for (std::size_t column = 0; column < columns; ++column) {
    const double value = points[column * points.size() / columns].value;
    const double share = high > low ? (value - low) / (high - low) : 0;
    text += std::isfinite(value) ? kLevels[std::lround(share * 7)] : "!";
  }
  return text;
}

}  // namespace llmops::registry
