// Walking the edges between artifacts, runs and requests.
#include "registry/lineage.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/units.h"
#include "core/uri.h"
#include "registry/file_hashes.h"
#include "registry/resolve.h"
#include "registry/runs.h"
#include "registry/statement.h"

namespace llmops::registry {
namespace {

using Kind = LineageNode::Kind;

struct Neighbour {
  std::string id;
  Kind kind;
};

/// Reads the graph piece by piece; the lock is the caller's.
class Walker {
 public:
  Walker(Registry& registry, const LineageOptions& options) : registry_(registry), options_(options) {}

  Lineage walk(const Neighbour& root) {
    lineage_.root = root.id;
    add_node(root);
    if (options_.up) follow(root, true);
    if (options_.down) follow(root, false);
    return std::move(lineage_);
  }

 private:
  // Breadth first, one direction: the siblings of a source are not part of a thing's history.
  void follow(const Neighbour& root, bool up) {
    std::set<std::string> visited = {root.id};
    std::deque<Neighbour> waiting = {root};
    while (!waiting.empty()) {
      const Neighbour here = waiting.front();
      waiting.pop_front();
      for (const Neighbour& next : up ? sources(here) : products(here)) {
        add_node(next);
        add_edge(up ? LineageEdge{next.id, here.id} : LineageEdge{here.id, next.id});
        if (visited.insert(next.id).second) waiting.push_back(next);
      }
    }
  }

  std::vector<Neighbour> query(const char* sql, const std::string& id, Kind kind) {
    std::vector<Neighbour> found;
    for (Statement rows(registry_.connection(), sql, id); rows.step();) found.push_back({rows.text(0), kind});
    return found;
  }

  // An artifact that a run both read and wrote (nothing changed) would be its own source.
  std::vector<Neighbour> sources(const Neighbour& here) {
    switch (here.kind) {
      case Kind::kArtifact:
        return query(
            "SELECT run_id FROM run_outputs AS o WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM run_inputs AS i "
            "WHERE i.run_id = o.run_id AND i.sha256 = o.sha256) GROUP BY run_id ORDER BY min(at)",
            here.id, Kind::kRun);
      case Kind::kRun:
        return query("SELECT sha256 FROM run_inputs WHERE run_id = ? GROUP BY sha256 ORDER BY min(at)", here.id,
                     Kind::kArtifact);
      case Kind::kRequest:
        return query("SELECT run_id FROM requests WHERE id = ? AND run_id IS NOT NULL LIMIT 1", here.id, Kind::kRun);
    }
    return {};
  }

  std::vector<Neighbour> products(const Neighbour& here) {
    if (here.kind == Kind::kArtifact) {
      return query("SELECT run_id FROM run_inputs WHERE sha256 = ? GROUP BY run_id ORDER BY min(at)", here.id,
                   Kind::kRun);
    }
    if (here.kind == Kind::kRequest) return {};
    auto made = query(
        "SELECT sha256 FROM run_outputs AS o WHERE run_id = ? AND NOT EXISTS (SELECT 1 FROM run_inputs AS i "
        "WHERE i.run_id = o.run_id AND i.sha256 = o.sha256) GROUP BY sha256 ORDER BY min(at)",
        here.id, Kind::kArtifact);
    const auto served = newest_requests(here.id);
    made.insert(made.end(), served.begin(), served.end());
    return made;
  }

  std::vector<Neighbour> newest_requests(const std::string& run_id) {
    std::vector<Neighbour> found;
    for (Statement rows(registry_.connection(),
                        "SELECT id FROM requests WHERE run_id = ? ORDER BY started_at DESC, sequence DESC LIMIT ?",
                        run_id, options_.most_requests);
         rows.step();) {
      found.push_back({rows.text(0), Kind::kRequest});
    }
    Statement count(registry_.connection(), "SELECT count(*) FROM requests WHERE run_id = ?", run_id);
    count.step();
    const std::int64_t more = count.integer(0) - static_cast<std::int64_t>(found.size());
    if (more > 0) lineage_.more_requests.emplace_back(run_id, more);
    return found;
  }

  void add_edge(const LineageEdge& edge) {
    auto& edges = lineage_.edges;
    if (std::find(edges.begin(), edges.end(), edge) == edges.end()) edges.push_back(edge);
  }

  void add_node(const Neighbour& node) {
    if (!known_.insert(node.id).second) return;
    switch (node.kind) {
      case Kind::kArtifact: return add_artifact(node.id);
      case Kind::kRun: return add_run(node.id);
      case Kind::kRequest: return add_request(node.id);
    }
  }

  void add_artifact(const std::string& sha256) {
    const auto artifact = find_artifact(registry_, sha256);
    LineageNode node{sha256, Kind::kArtifact, sha256.substr(0, 12), "", {}};
    if (artifact) {
      node.label = artifact->kind + " " + artifact->name;
      node.detail = format_bytes(artifact->bytes);
    }
    for (Statement rows(registry_.connection(),
                        "SELECT 'models:/' || name || '/' || version FROM model_versions WHERE sha256 = ?1 UNION ALL "
                        "SELECT 'data:/' || name || '@' || version FROM dataset_versions WHERE sha256 = ?1",
                        sha256);
         rows.step();) {
      node.uris.push_back(rows.text(0));
    }
    lineage_.nodes.push_back(node);
  }

  void add_run(const std::string& id) {
    const RunRecord run = get_run(registry_, id);
    lineage_.nodes.push_back(
        {id, Kind::kRun, run.command, fmt::format("{}, {}", run.status, run.started_at.substr(0, 16) + "Z"), {}});
  }

  void add_request(const std::string& id) {
    Statement row(registry_.connection(),
                  "SELECT route, status, completion_tokens, latency_ms FROM requests WHERE id = ? LIMIT 1", id);
    row.step();
    lineage_.nodes.push_back(
        {id,
         Kind::kRequest,
         "request " + row.text(0),
         fmt::format("status {}, {} tokens, {}", row.integer(1), row.integer(2), format_duration(row.real(3) / 1000)),
         {}});
  }

  Registry& registry_;
  const LineageOptions& options_;
  Lineage lineage_;
  std::set<std::string> known_;
};

bool is_request(Registry& registry, const std::string& what) {
  Statement row(registry.connection(), "SELECT 1 FROM requests WHERE id = ? LIMIT 1", what);
  return row.step();
}

Neighbour find_root(Registry& registry, const std::string& what) {
  constexpr std::size_t kShortestHash = 6;
  if (is_request(registry, what)) return {what, Kind::kRequest};
  if (what.starts_with("r-") && !fs::exists(what)) return {get_run(registry, what).id, Kind::kRun};
  if (what.starts_with("runs:/") && parse_uri(what).member.empty()) {
    return {get_run(registry, parse_uri(what).name).id, Kind::kRun};
  }
  if (what.size() >= kShortestHash && !fs::exists(what)) {
    if (const auto artifact = find_artifact(registry, what)) return {artifact->sha256, Kind::kArtifact};
  }
  const Resolved found = resolve(registry, what);
  const std::string sha256 = found.sha256.empty() ? hash_path(registry, found.path) : found.sha256;
  if (find_artifact(registry, sha256)) return {sha256, Kind::kArtifact};
  throw NotFoundError(fmt::format("the registry knows nothing of the content of '{}'", what),
                      "no recorded run has read or made it; see 'llmops runs list'");
}

}  // namespace

const LineageNode& Lineage::node(const std::string& id) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const LineageNode& one) { return one.id == id; });
  if (found == nodes.end()) throw std::logic_error("lineage has no node " + id);
  return *found;
}

Lineage trace_lineage(Registry& registry, const std::string& what, const LineageOptions& options) {
  const auto lock = registry.connection().lock();
  return Walker(registry, options).walk(find_root(registry, what));
}

}  // namespace llmops::registry
