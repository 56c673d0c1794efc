// Lineage as text, JSON and Graphviz.
#include <fmt/format.h>

#include <set>

#include "core/terminal.h"
#include "registry/lineage.h"

namespace llmops::registry {
namespace {

using Kind = LineageNode::Kind;

std::string short_id(const LineageNode& node) { return node.kind == Kind::kArtifact ? node.id.substr(0, 12) : node.id; }

std::string describe(const LineageNode& node, bool root) {
  std::string text = node.label;
  if (node.kind == Kind::kRun) text = paint(Colour::kCyan, text);
  for (const std::string& uri : node.uris) text += " " + paint(Colour::kGreen, uri);
  text += "  " + paint(Colour::kDim, fmt::format("{} ({})", short_id(node), node.detail));
  if (root) text = paint(Colour::kBold, "* ") + text;
  return text;
}

/// The tree from the first sources: the root's sources form its trunk, so the chain reads in the order it happened.
class TreeWriter {
 public:
  explicit TreeWriter(const Lineage& lineage) : lineage_(lineage) {}

  std::string write() {
    // Found last is furthest from the root: the longest chain comes first and whole.
    for (auto node = lineage_.nodes.rbegin(); node != lineage_.nodes.rend(); ++node) {
      if (is_source(node->id)) branch(node->id, "", "");
    }
    return text_;
  }

 private:
  bool is_source(const std::string& id) const {
    for (const LineageEdge& edge : lineage_.edges) {
      if (edge.to == id) return false;
    }
    return true;
  }

  std::vector<std::string> children(const std::string& id) const {
    std::vector<std::string> found;
    for (const LineageEdge& edge : lineage_.edges) {
      if (edge.from == id) found.push_back(edge.to);
    }
    return found;
  }

  std::int64_t hidden_requests(const std::string& id) const {
    for (const auto& [run, count] : lineage_.more_requests) {
      if (run == id) return count;
    }
    return 0;
  }

  void branch(const std::string& id, const std::string& lead, const std::string& indent) {
    const LineageNode& node = lineage_.node(id);
    const bool again = !shown_.insert(id).second;
    const auto below = children(id);
    text_ += lead + describe(node, id == lineage_.root);
    if (again && !below.empty()) text_ += paint(Colour::kDim, "  (shown above)");
    text_ += "\n";
    if (again) return;
    const std::int64_t hidden = hidden_requests(id);
    for (std::size_t i = 0; i < below.size(); ++i) {
      const bool last = i + 1 == below.size() && hidden == 0;
      branch(below[i], indent + (last ? "`- " : "|- "), indent + (last ? "   " : "|  "));
    }
    if (hidden > 0) text_ += fmt::format("{}`- and {} more requests\n", indent, hidden);
  }

  const Lineage& lineage_;
  std::set<std::string> shown_;
  std::string text_;
};

const char* kind_name(Kind kind) {
  return kind == Kind::kArtifact ? "artifact" : kind == Kind::kRun ? "run" : "request";
}

std::string dot_quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "\"";
}

}  // namespace

std::string lineage_text(const Lineage& lineage) { return TreeWriter(lineage).write(); }

Json lineage_json(const Lineage& lineage) {
  Json nodes = Json::array(), edges = Json::array(), more = Json::object();
  for (const LineageNode& node : lineage.nodes) {
    nodes.push_back({{"id", node.id},
                     {"kind", kind_name(node.kind)},
                     {"label", node.label},
                     {"detail", node.detail},
                     {"uris", node.uris}});
  }
  for (const LineageEdge& edge : lineage.edges) edges.push_back({{"from", edge.from}, {"to", edge.to}});
  for (const auto& [run, count] : lineage.more_requests) more[run] = count;
  return {{"root", lineage.root}, {"nodes", nodes}, {"edges", edges}, {"more_requests", more}};
}

std::string lineage_dot(const Lineage& lineage) {
  std::string text = "digraph lineage {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n";
  for (const LineageNode& node : lineage.nodes) {
    const char* shape = node.kind == Kind::kArtifact ? "box" : node.kind == Kind::kRun ? "ellipse" : "note";
    text += fmt::format("  {} [shape={}, label={}];\n", dot_quoted(node.id), shape,
                        dot_quoted(node.label + " | " + short_id(node)));
  }
  for (const LineageEdge& edge : lineage.edges) {
    text += fmt::format("  {} -> {};\n", dot_quoted(edge.from), dot_quoted(edge.to));
  }
  return text + "}\n";
}

}  // namespace llmops::registry
