// The life of a run: a row when it starts, edges and metrics as it goes, and one status at its end.
#include "registry/run.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <random>

#include "core/cancel.h"
#include "core/error.h"
#include "core/process.h"
#include "core/units.h"
#include "registry/json_flat.h"
#include "registry/process_identity.h"
#include "registry/provenance.h"
#include "registry/statement.h"

namespace llmops::registry {
namespace {

std::string make_id() {
  std::random_device random;
  const std::string now = now_utc();  // "2026-03-01T..."
  return fmt::format("r-{}{}{}-{:06x}", now.substr(0, 4), now.substr(5, 2), now.substr(8, 2), random() & 0xffffff);
}

std::string parent_of(Registry& registry, const RunStart& start) {
  if (!start.parent_run.empty()) return start.parent_run;
  const char* named = std::getenv("LLMOPS_PARENT_RUN");
  if (named == nullptr || *named == '\0') return "";
  const auto lock = registry.connection().lock();
  Statement row(registry.connection(), "SELECT 1 FROM runs WHERE id = ?", named);
  if (row.step()) return named;
  throw NotFoundError(fmt::format("LLMOPS_PARENT_RUN is '{}', which is no run of this registry", named),
                      "unset it, or let LLMOPS_REGISTRY name the registry that has this run");
}

bool insert_run(Registry::Connection& connection, const std::string& id, const RunStart& start,
                const std::string& parent, const std::optional<GitState>& git) {
  const ProcessIdentity me = this_process();
  Json versions = library_versions();
  versions.update(start.library_versions);
  const std::optional<std::string> seed = start.seed ? std::optional(std::to_string(*start.seed)) : std::nullopt;
  Statement row(connection,
                "INSERT INTO runs (id, command, status, started_at, argv, config, seed, device, parent_run, "
                "working_directory, git_commit, git_dirty, host, cpu, versions, process_id, process_start, "
                "pid_namespace, boot_id) VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO NOTHING RETURNING id",
                id, start.command, now_utc(), Json(start.argv), start.config, seed, start.device, null_if_empty(parent),
                std::filesystem::current_path().string(), git ? std::optional(git->commit) : std::nullopt,
                git ? std::optional(git->dirty) : std::nullopt, me.host, cpu_model(), versions, me.pid, me.start,
                me.pid_namespace, me.boot_id);
  const bool inserted = row.step();
  if (inserted) row.run();
  return inserted;
}

void end_run(Registry::Connection& connection, const std::string& id, const char* status, const std::string& error,
             const std::optional<Json>& summary, const ResourceUse& resources) {
  Transaction transaction(connection);
  Statement(connection,
            "UPDATE runs SET status = ?, ended_at = ?, error = ?, summary = ?, peak_memory_bytes = ?, energy_j = ? "
            "WHERE id = ?",
            status, now_utc(), null_if_empty(error), summary, resources.peak_rss_bytes, resources.energy_j, id)
      .run();
  transaction.commit();
}

void insert_edge(Registry::Connection& connection, const char* table, const std::string& run_id,
                 const Artifact& artifact, const std::string& kind, const std::string& name) {
  Statement(connection,
            fmt::format("INSERT OR REPLACE INTO {} (run_id, sha256, kind, name, path, at) "
                        "VALUES (?, ?, ?, ?, ?, ?)",
                        table),
            run_id, artifact.sha256, kind, name, artifact.path, now_utc())
      .run();
}

std::optional<std::string> special_value(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return std::nullopt;
}

}  // namespace

Run::Run(Registry& registry, const RunStart& start) : registry_(registry) {
  const auto git = read_git_state();  // starts programs: before the transaction
  const std::string parent = parent_of(registry, start);
  Registry::Connection& connection = registry.connection();
  Transaction transaction(connection);
  do {
    id_ = make_id();
  } while (!insert_run(connection, id_, start, parent, git));
  Statement insert(connection, "INSERT OR REPLACE INTO run_params (run_id, name, value) VALUES (?, ?, ?)");
  for (const auto& [name, value] : flatten_json(start.config)) insert.bind(id_).bind(name).bind(value).run();
  transaction.commit();
}

Run::~Run() {
  if (!open_) return;
  const bool interrupted = cancel_requested();
  try {
    end_run(registry_.connection(), id_, interrupted ? "interrupted" : "failed", "", std::nullopt, resources());
    if (!interrupted) registry_.connection().unexplained_failure = id_;
  } catch (...) {
    // A destructor cannot report; the next process to open the registry finds the run and marks it lost.
  }
}

std::filesystem::path Run::directory() const {
  const auto folder = registry_.home() / "runs" / id_;
  std::filesystem::create_directories(folder);
  return folder;
}

ResourceUse Run::resources() { return {resident_memory_bytes(), peak_memory_bytes(), energy_.joules()}; }

void Run::log_metric(const std::string& name, double value, std::int64_t step) { log_metrics({{name, value}}, step); }

void Run::log_metrics(const std::vector<std::pair<std::string, double>>& metrics, std::int64_t step) {
  Registry::Connection& connection = registry_.connection();
  Transaction transaction(connection);
  Statement insert(connection,
                   "INSERT INTO metrics (run_id, name, step, value, special, at) VALUES (?, ?, ?, ?, ?, ?)");
  const std::string now = now_utc();
  for (const auto& [name, value] : metrics) {
    const auto special = special_value(value);
    insert.bind(id_).bind(name).bind(step).bind(special ? std::nullopt : std::optional(value)).bind(special).bind(now);
    insert.run();
  }
  transaction.commit();
}

Artifact Run::add_input(const std::filesystem::path& path, const std::string& kind, const std::string& name) {
  const Artifact artifact = record_artifact(registry_, path, kind, name);
  Registry::Connection& connection = registry_.connection();
  Transaction transaction(connection);
  insert_edge(connection, "run_inputs", id_, artifact, kind, name.empty() ? path.string() : name);
  transaction.commit();
  inputs_.push_back(artifact.sha256);
  return artifact;
}

Artifact Run::add_output(const std::filesystem::path& path, const std::string& kind, const std::string& name,
                         const std::vector<std::string>& parents) {
  const Artifact artifact = record_artifact(registry_, path, kind, name);
  Registry::Connection& connection = registry_.connection();
  Transaction transaction(connection);
  insert_edge(connection, "run_outputs", id_, artifact, kind, name.empty() ? path.string() : name);
  Statement edge(connection, "INSERT OR IGNORE INTO artifact_parents (child, parent, run_id) VALUES (?, ?, ?)");
  for (const std::string& parent : parents.empty() ? inputs_ : parents) {
    if (parent == artifact.sha256) continue;  // a command that changed nothing: no artifact is its own parent
    edge.bind(artifact.sha256).bind(parent).bind(id_).run();
  }
  transaction.commit();
  return artifact;
}

void Run::finish(const Json& summary) {
  end_run(registry_.connection(), id_, "finished", "", summary, resources());
  open_ = false;
}

void describe_failure(Registry& registry, const std::string& message) {
  const std::string id = std::exchange(registry.connection().unexplained_failure, "");
  if (id.empty()) return;
  Transaction transaction(registry.connection());
  Statement(registry.connection(), "UPDATE runs SET error = ? WHERE id = ? AND error IS NULL", message, id).run();
  transaction.commit();
}

}  // namespace llmops::registry
