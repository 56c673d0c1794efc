#include "registry/run_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/html_escape.h"
#include "core/html_page.h"
#include "core/resource_use.h"
#include "core/svg_chart.h"
#include "core/units.h"
#include "registry/json_flat.h"
#include "registry/run_curves.h"

namespace llmops::registry {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Figures of the summary that are worth a tile, where they are there.
struct Tile {
  const char* key;
  const char* label;
  std::string (*text)(double);
};
std::string plain(double value) { return format_number(value); }
std::string count(double value) { return format_count(static_cast<std::uint64_t>(value)); }
std::string bytes(double value) { return format_bytes(static_cast<std::uint64_t>(value)); }
constexpr Tile kTiles[] = {{"steps", "steps", count},
                           {"loss_last", "training loss", plain},
                           {"val_loss_best", "best validation loss", plain},
                           {"tokens", "tokens", count},
                           {"tok_s", "tokens/s", [](double value) { return format_number(value, 3); }},
                           {"wall_s", "time", format_duration},
                           {"peak_rss_bytes", "memory at most", bytes},
                           {"energy_j", "energy", format_energy},
                           {"carbon_g", "g CO2 equivalent", [](double value) { return format_number(value, 3); }},
                           {"cost", "cost", [](double value) { return format_number(value, value < 1 ? 2 : 4); }}};

std::string verdict(const RunRecord& run) {
  const char* kind = run.status == "finished" ? "good" : run.status == "running" ? "none" : "bad";
  return fmt::format("<p class=\"verdict {}\">{}{}</p>\n", kind, escape_html(run.status),
                     run.error.empty() ? "" : ": " + escape_html(run.error));
}

std::string tiles(const RunRecord& run) {
  Pairs shown;
  for (const Tile& tile : kTiles) {
    if (!run.summary.is_object() || !run.summary.contains(tile.key)) continue;
    const Json& value = run.summary[tile.key];
    if (!value.is_number() || value.get<double>() < 0) continue;
    std::string label = tile.label;
    if (label == "cost") label += ", " + run.summary.value("cost_currency", std::string());
    if (label == "energy") label += ", " + run.summary.value("energy_source", std::string("measured"));
    shown.emplace_back(tile.text(value.get<double>()), label);
  }
  return shown.empty() ? "" : html_tiles(shown);
}

std::string curves(const std::vector<MetricSeries>& metrics) {
  std::string html;
  for (const LinePlot& plot : run_curves(metrics)) {
    std::vector<std::string> names;
    for (const PlotLine& line : plot.lines) {
      if (!line.name.empty()) names.push_back(line.name);
    }
    std::string title = plot.title;
    title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
    html += html_section(title, html_legend(names, plot.marks.empty() ? "" : plot.marks_name) + svg_lines(plot));
  }
  return html;
}

/// The figures of metrics with a single point, which make no curve.
std::string figures(const std::vector<MetricSeries>& metrics) {
  Pairs pairs;
  for (const MetricSeries& series : metrics) {
    if (series.points.size() == 1) pairs.emplace_back(series.name, format_number(series.points[0].value));
  }
  return pairs.empty() ? "" : html_section("Figures", html_pairs(pairs));
}

/// The reasons stand in the summary, once there is one.
std::string rollbacks(const RunRecord& run, const std::vector<MetricSeries>& metrics) {
  const auto undone = run_rollbacks(metrics);
  if (undone.empty()) return "";
  const Json told = run.summary.is_object() ? run.summary.value("rollbacks", Json::array()) : Json::array();
  std::vector<HtmlRow> rows;
  for (const auto& [step, to_step] : undone) {
    std::string reason;
    for (const Json& rollback : told) {
      if (rollback.value("step", std::int64_t{-1}) == step) reason = rollback.value("reason", std::string());
    }
    rows.push_back({std::to_string(step), std::to_string(to_step), reason});
  }
  return html_section("Undone steps", "<div class=\"reasons\">\n" +
                                          html_table({"step", "went on from step", "because"}, rows) + "</div>\n");
}

std::string edges(const char* title, const std::vector<RunArtifact>& artifacts) {
  if (artifacts.empty()) return "";
  Pairs pairs;
  for (const RunArtifact& artifact : artifacts) {
    pairs.emplace_back(artifact.kind, fmt::format("{} (SHA-256 {}...)", artifact.name, artifact.sha256.substr(0, 12)));
  }
  return html_section(title, html_pairs(pairs));
}

std::string pairs_section(const char* title, const Pairs& pairs) {
  return pairs.empty() ? "" : html_section(title, html_pairs(pairs));
}

Pairs environment(const RunRecord& run) {
  Pairs pairs = {{"command line", fmt::format("{}", fmt::join(run.argv, " "))},
                 {"folder", run.working_directory},
                 {"machine", run.host},
                 {"processor", run.cpu},
                 {"device", run.device}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) pairs.emplace_back(name, value);
  };
  add("seed", run.seed);
  add("git", run.git_commit.empty() ? "" : run.git_commit + (run.git_dirty ? " (with uncommitted changes)" : ""));
  add("parent run", run.parent_run);
  if (run.peak_memory_bytes > 0) add("memory at most", format_bytes(run.peak_memory_bytes));
  if (run.energy_j) add("energy", format_energy(*run.energy_j));
  for (const auto& [name, version] : flatten_json(run.versions)) add(name.c_str(), version);
  for (const auto& [key, value] : run.tags) pairs.emplace_back("tag " + key, value);
  return pairs;
}

}  // namespace

std::string run_page(Registry& registry, const RunRecord& run) {
  const std::vector<MetricSeries> metrics = list_metrics(registry, run.id);
  std::string html = fmt::format("<h1>{} {}</h1>\n<p class=\"note\">{}, {}{}</p>\n", escape_html(run.command),
                                 escape_html(run.id), escape_html(readable_time(run.started_at)),
                                 run.status == "running" ? "so far " : "took ", format_duration(run.seconds()));
  html += verdict(run) + tiles(run) + curves(metrics) + rollbacks(run, metrics) + figures(metrics);
  html += edges("Read", list_inputs(registry, run.id)) + edges("Made", list_outputs(registry, run.id));
  html += pairs_section("Settings", list_params(registry, run.id));
  html += pairs_section("Totals", run.summary.is_object() ? flatten_json(run.summary) : Pairs{});
  html += pairs_section("Environment", environment(run));
  return html_page(run.command + " " + run.id, html);
}

}  // namespace llmops::registry
