// Pieces of a vocabulary by their bytes, to find all that a text begins with.
#include "text/models/piece_trie.h"

#include <algorithm>

namespace llmops::text {

PieceTrie::PieceTrie(std::vector<Piece> pieces) {
  std::stable_sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.text < b.text; });
  // One level at a time, not by recursion: a piece may be as long as a file allows.
  struct Open {
    std::uint32_t node;
    std::size_t begin, end, depth;
  };
  std::vector<Open> open = {{0, 0, pieces.size(), 0}};
  while (!open.empty()) {
    auto [node, begin, end, depth] = open.back();
    open.pop_back();
    for (; begin < end && pieces[begin].text.size() == depth; ++begin) nodes_[node].id = pieces[begin].id;
    nodes_[node].first_edge = static_cast<std::uint32_t>(edges_.size());
    while (begin < end) {
      const char byte = pieces[begin].text[depth];
      std::size_t last = begin;
      while (last < end && pieces[last].text[depth] == byte) ++last;
      edges_.push_back({static_cast<unsigned char>(byte), static_cast<std::uint32_t>(nodes_.size())});
      open.push_back({static_cast<std::uint32_t>(nodes_.size()), begin, last, depth + 1});
      nodes_.emplace_back();
      ++nodes_[node].edges;
      begin = last;
    }
  }
  for (std::uint32_t i = 0; i < nodes_[0].edges; ++i) {
    const Edge& edge = edges_[nodes_[0].first_edge + i];
    of_root_[edge.byte] = edge.node;
  }
}

std::uint32_t PieceTrie::child(std::uint32_t node, unsigned char byte) const {
  if (node == 0) return of_root_[byte];
  const Edge* const first = edges_.data() + nodes_[node].first_edge;
  const Edge* const last = first + nodes_[node].edges;
  const Edge* const found =
      std::lower_bound(first, last, byte, [](const Edge& edge, unsigned char wanted) { return edge.byte < wanted; });
  return found != last && found->byte == byte ? found->node : 0;
}

}  // namespace llmops::text
