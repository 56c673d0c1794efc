// Reading runs back from the registry.
#include "registry/runs.h"

#include <fmt/format.h>

#include <cmath>

#include "core/error.h"
#include "core/spelling.h"
#include "core/units.h"
#include "registry/names.h"
#include "registry/tags.h"

namespace llmops::registry {
namespace {

constexpr const char* kColumns =
    "id, command, status, started_at, ended_at, argv, config, summary, versions, seed, device, parent_run, "
    "working_directory, git_commit, git_dirty, host, cpu, error, peak_memory_bytes, energy_j";

RunRecord read_run(const Statement& row) {
  RunRecord run;
  run.id = row.text(0);
  run.command = row.text(1);
  run.status = row.text(2);
  run.started_at = row.text(3);
  run.ended_at = row.text(4);
  run.argv = row.json(5).get<std::vector<std::string>>();
  run.config = row.json(6);
  run.summary = row.json(7);
  run.versions = row.json(8);
  run.seed = row.text(9);
  run.device = row.text(10);
  run.parent_run = row.text(11);
  run.working_directory = row.text(12);
  run.git_commit = row.text(13);
  run.git_dirty = row.integer(14) != 0;
  run.host = row.text(15);
  run.cpu = row.text(16);
  run.error = row.text(17);
  run.peak_memory_bytes = static_cast<std::uint64_t>(row.integer(18));
  if (!row.is_null(19)) run.energy_j = row.real(19);
  return run;
}

std::vector<RunArtifact> list_edges(Registry& registry, const char* table, const std::string& run_id) {
  const auto lock = registry.connection().lock();
  std::vector<RunArtifact> found;
  for (Statement rows(
           registry.connection(),
           fmt::format("SELECT run_id, sha256, kind, name, path FROM {} WHERE run_id = ? ORDER BY at, path", table),
           run_id);
       rows.step();) {
    found.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4)});
  }
  return found;
}

double metric_value(const Statement& row, int value_column, int special_column) {
  if (!row.is_null(value_column)) return row.real(value_column);
  const std::string special = row.text(special_column);
  if (special == "inf") return std::numeric_limits<double>::infinity();
  if (special == "-inf") return -std::numeric_limits<double>::infinity();
  return std::numeric_limits<double>::quiet_NaN();
}

std::vector<std::string> all_run_ids(Registry::Connection& connection) {
  std::vector<std::string> ids;
  for (Statement rows(connection, "SELECT id FROM runs ORDER BY started_at DESC"); rows.step();)
    ids.push_back(rows.text(0));
  return ids;
}

// Whole ids first, then those that begin with `id`, or whose random part does.
std::string match_id(Registry::Connection& connection, const std::string& id) {
  const auto ids = all_run_ids(connection);
  if (id == "latest" && !ids.empty()) return ids.front();
  std::vector<std::string> matches;
  for (const std::string& known : ids) {
    if (known == id) return known;
    if (!id.empty() && (known.starts_with(id) || known.substr(known.rfind('-') + 1).starts_with(id))) {
      matches.push_back(known);
    }
  }
  if (matches.size() == 1) return matches.front();
  if (matches.empty()) throw NotFoundError(fmt::format("there is no run '{}'", id), near_name_hint(id, ids, "run"));
  throw InputError(fmt::format("'{}' fits {} runs", id, matches.size()),
                   fmt::format("'{}' and '{}', give more of it", matches[0], matches[1]));
}

}  // namespace

double RunRecord::seconds() const {
  const auto milliseconds = [](const std::string& time) {
    std::tm parts{};
    int ms = 0;
    std::sscanf(time.c_str(), "%d-%d-%dT%d:%d:%d.%d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &parts.tm_hour,
                &parts.tm_min, &parts.tm_sec, &ms);
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return static_cast<double>(::timegm(&parts)) * 1000 + ms;
  };
  const std::string end = ended_at.empty() ? now_utc() : ended_at;
  return (milliseconds(end) - milliseconds(started_at)) / 1000;
}

std::vector<RunRecord> list_runs(Registry& registry, const RunFilter& filter) {
  Registry::Connection& connection = registry.connection();
  const auto lock = connection.lock();
  std::vector<RunRecord> found;
  for (Statement rows(connection,
                      fmt::format("SELECT {} FROM runs WHERE (?1 = '' OR command = ?1) AND (?2 = '' OR status = ?2) "
                                  "AND (?3 = '' OR started_at >= ?3) AND (?5 = '' OR parent_run = ?5) ORDER BY "
                                  "started_at DESC, id LIMIT ?4",
                                  kColumns),
                      filter.command, filter.status, filter.since, filter.most == 0 ? -1 : filter.most, filter.parent);
       rows.step();) {
    found.push_back(read_run(rows));
  }
  for (RunRecord& run : found) run.tags = read_tags(connection, kRunTags, run.id);
  return found;
}

RunRecord get_run(Registry& registry, const std::string& id) {
  Registry::Connection& connection = registry.connection();
  const auto lock = connection.lock();
  Statement row(connection, fmt::format("SELECT {} FROM runs WHERE id = ?", kColumns), match_id(connection, id));
  row.step();
  RunRecord run = read_run(row);
  run.tags = read_tags(connection, kRunTags, run.id);
  return run;
}

std::vector<RunArtifact> list_inputs(Registry& registry, const std::string& run_id) {
  return list_edges(registry, "run_inputs", run_id);
}

std::vector<RunArtifact> list_outputs(Registry& registry, const std::string& run_id) {
  return list_edges(registry, "run_outputs", run_id);
}

std::vector<std::pair<std::string, std::string>> list_params(Registry& registry, const std::string& run_id) {
  const auto lock = registry.connection().lock();
  std::vector<std::pair<std::string, std::string>> found;
  for (Statement rows(registry.connection(), "SELECT name, value FROM run_params WHERE run_id = ? ORDER BY name",
                      run_id);
       rows.step();) {
    found.emplace_back(rows.text(0), rows.text(1));
  }
  return found;
}

std::vector<MetricSeries> list_metrics(Registry& registry, const std::string& run_id) {
  const auto lock = registry.connection().lock();
  std::vector<MetricSeries> series;
  for (Statement rows(registry.connection(),
                      "SELECT name, step, value, special, at FROM metrics WHERE run_id = ? ORDER BY name, step, id",
                      run_id);
       rows.step();) {
    if (series.empty() || series.back().name != rows.text(0)) series.push_back({rows.text(0), {}});
    series.back().points.push_back({rows.integer(1), metric_value(rows, 2, 3), rows.text(4)});
  }
  return series;
}

void tag_run(Registry& registry, const std::string& run_id, const std::string& key, const std::string& value) {
  check_name("tag", key);
  write_tag(registry.connection(), kRunTags, key, value, get_run(registry, run_id).id);
}

}  // namespace llmops::registry
