// Lineage drawn as SVG: each node in the column after its last source, columns from left to right.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/html_escape.h"
#include "registry/lineage.h"

namespace llmops::registry {
namespace {

constexpr int kBoxWidth = 230, kBoxHeight = 46, kColumnGap = 60, kRowGap = 18, kMargin = 20;  // pixels
constexpr std::size_t kLabelLength = 34;  // characters that fit a box at 11 px

struct Place {
  int column = 0, row = 0;
  int x() const { return kMargin + column * (kBoxWidth + kColumnGap); }
  int y() const { return kMargin + row * (kBoxHeight + kRowGap); }
};

// Longest path from a source. Content hashes make no cycles, but a damaged registry could: as many rounds as nodes, no
// more.
std::map<std::string, Place> lay_out(const Lineage& lineage) {
  std::map<std::string, Place> places;
  for (const LineageNode& node : lineage.nodes) places[node.id];
  for (std::size_t round = 0; round < lineage.nodes.size(); ++round) {
    bool changed = false;
    for (const LineageEdge& edge : lineage.edges) {
      Place& to = places.at(edge.to);
      const int after = places.at(edge.from).column + 1;
      if (after > to.column && after < static_cast<int>(lineage.nodes.size())) to.column = after, changed = true;
    }
    if (!changed) break;
  }
  std::map<int, int> rows;
  for (const LineageNode& node : lineage.nodes) places.at(node.id).row = rows[places.at(node.id).column]++;
  return places;
}

// Cut at a character, not inside one.
std::string shortened(const std::string& text) {
  if (text.size() <= kLabelLength) return escape_html(text);
  std::size_t end = kLabelLength - 1;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return escape_html(text.substr(0, end)) + "…";
}

std::string draw_edge(const Place& from, const Place& to) {
  const int x1 = from.x() + kBoxWidth, y1 = from.y() + kBoxHeight / 2, x2 = to.x(), y2 = to.y() + kBoxHeight / 2;
  const int bend = (x2 - x1) / 2;
  return fmt::format("<path d=\"M{} {} C{} {} {} {} {} {}\" marker-end=\"url(#arrow)\"/>\n", x1, y1, x1 + bend, y1,
                     x2 - bend, y2, x2, y2);
}

std::string draw_node(const LineageNode& node, const Place& place, bool root) {
  const char* fill = node.kind == LineageNode::Kind::kArtifact ? "#eef4ff"
                     : node.kind == LineageNode::Kind::kRun    ? "#fff4e0"
                                                               : "#eefaf0";
  const std::string name = node.uris.empty() ? node.label : node.uris.front();
  return fmt::format(
      "<g><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{}\" "
      "stroke-width=\"{}\"/>"
      "<text x=\"{}\" y=\"{}\">{}</text><text x=\"{}\" y=\"{}\" class=\"id\">{}</text></g>\n",
      escape_html(node.id + " " + node.label + " (" + node.detail + ")"), place.x(), place.y(), kBoxWidth, kBoxHeight,
      node.kind == LineageNode::Kind::kRun ? kBoxHeight / 2 : 4, fill, root ? 3 : 1, place.x() + 12, place.y() + 19,
      shortened(name), place.x() + 12, place.y() + 35,
      shortened(node.kind == LineageNode::Kind::kArtifact ? node.id.substr(0, 12) + ", " + node.detail : node.id));
}

}  // namespace

std::string lineage_svg(const Lineage& lineage) {
  const auto places = lay_out(lineage);
  int width = 0, height = 0;
  std::string body;
  for (const LineageEdge& edge : lineage.edges) body += draw_edge(places.at(edge.from), places.at(edge.to));
  for (const LineageNode& node : lineage.nodes) {
    const Place& place = places.at(node.id);
    width = std::max(width, place.x() + kBoxWidth + kMargin);
    height = std::max(height, place.y() + kBoxHeight + kMargin);
    body += draw_node(node, place, node.id == lineage.root);
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"sans-serif\" font-size=\"11\">\n"
      "<style>rect{{stroke:#456}}path{{fill:none;stroke:#89a}}.id{{fill:#567;font-size:10px}}</style>\n"
      "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
      "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" style=\"fill:#89a;stroke:none\"/></marker></defs>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\" style=\"stroke:none\"/>\n{2}</svg>\n",
      width, height, body);
}

}  // namespace llmops::registry
