// Lineage: what something was made from and what was made of it, over artifacts, runs and served requests.
#pragma once

#include "registry/artifacts.h"

namespace llmops::registry {

struct LineageNode {
  enum class Kind { kArtifact, kRun, kRequest };
  std::string id;  ///< SHA-256, run id or request id
  Kind kind = Kind::kArtifact;
  std::string label;              ///< e.g. "adapter out/triage" or "finetune-lora"
  std::string detail;             ///< status of a run, size of an artifact, tokens of a request
  std::vector<std::string> uris;  ///< registered names of an artifact: "models:/triage/3"
};

/// From what came first to what came of it: input -> run, run -> output, run -> request.
struct LineageEdge {
  std::string from, to;
  bool operator==(const LineageEdge&) const = default;
};

struct Lineage {
  std::string root;                ///< id of the node that was asked for
  std::vector<LineageNode> nodes;  ///< root first, then as found
  std::vector<LineageEdge> edges;
  /// Requests of a serve run that are not among the nodes: run id and how many.
  std::vector<std::pair<std::string, std::int64_t>> more_requests;

  const LineageNode& node(const std::string& id) const;
};

struct LineageOptions {
  bool up = true;         ///< what it was made from
  bool down = true;       ///< what was made of it
  int most_requests = 3;  ///< newest of each serve run
};

/// @param what  a URI, a path, the beginning of a hash, a run id, or a request id
/// @throws NotFoundError  when the registry knows nothing of it, with near names
Lineage trace_lineage(Registry& registry, const std::string& what, const LineageOptions& options);

/// An indented tree: sources above, products below, the node asked for marked. A node met again is shown once.
std::string lineage_text(const Lineage& lineage);
Json lineage_json(const Lineage& lineage);
/// Graphviz.
std::string lineage_dot(const Lineage& lineage);
/// A self-contained drawing: layers from left to right.
std::string lineage_svg(const Lineage& lineage);

}  // namespace llmops::registry
