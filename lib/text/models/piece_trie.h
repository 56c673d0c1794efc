// Pieces of a vocabulary by their bytes, to find all that a text begins with.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace llmops::text {

/// A trie whose edges of a node lie together, sorted by byte. Immutable once built.
class PieceTrie {
 public:
  struct Piece {
    std::string_view text;
    TokenId id = 0;
  };
  PieceTrie() = default;
  /// @param pieces  without empty texts; of equal ones the last counts
  explicit PieceTrie(std::vector<Piece> pieces);

  /// Calls visit(id, bytes) for each piece that `text` begins with, shortest first.
  template <typename Visit>
  void visit_prefixes(std::string_view text, Visit visit) const {
    std::uint32_t node = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      node = child(node, static_cast<unsigned char>(text[i]));
      if (node == 0) return;
      if (nodes_[node].id >= 0) visit(nodes_[node].id, i + 1);
    }
  }

 private:
  struct Node {
    std::uint32_t first_edge = 0;
    std::uint16_t edges = 0;
    TokenId id = -1;
  };
  struct Edge {
    unsigned char byte = 0;
    std::uint32_t node = 0;
  };
  std::uint32_t child(std::uint32_t node, unsigned char byte) const;

  std::vector<Node> nodes_ = std::vector<Node>(1);  // node 0 is the root, and never a child
  std::vector<Edge> edges_;
  std::uint32_t of_root_[256] = {};
};

}  // namespace llmops::text
