// The most likely way to cut a text into pieces, each with a score of its own.
// Source: Kudo, 2018, "Subword Regularization"; walked as SentencePiece's optimized encoder does.
#pragma once

#include <string_view>
#include <vector>

#include "text/models/piece_trie.h"
#include "text/utf8.h"

namespace llmops::text {

/// Where the best piece that ends here begins, and what all up to here scores.
template <typename Score>
struct PathNode {
  Score score = 0;
  std::uint32_t begin = UINT32_MAX;
  TokenId id = -1;
};

/// Fills nodes[0..text.size()]; the path is read from the end. Sums are rounded to `Score`, as ties depend on it.
/// @param unknown        id of a character that no piece covers; may be -1
/// @param unknown_score  what it scores
/// @param score_of       (id, text of the piece) -> Score
template <typename Score, typename ScoreOf>
void find_best_path(std::string_view text, const PieceTrie& pieces, TokenId unknown, Score unknown_score,
                    ScoreOf score_of, std::vector<PathNode<Score>>& nodes) {
  nodes.assign(text.size() + 1, {});
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t character = utf8_step(text, at).length;
    const Score till_here = nodes[at].score;
    bool single = false;  // a piece is just this character
    const auto offer = [&](TokenId id, Score score, std::size_t length) {
      PathNode<Score>& node = nodes[at + length];
      if (node.begin != UINT32_MAX && score <= node.score) return;
      node = {score, static_cast<std::uint32_t>(at), id};
    };
    pieces.visit_prefixes(text.substr(at), [&](TokenId id, std::size_t length) {
      offer(id, score_of(id, text.substr(at, length)) + till_here, length);
      single = single || length == character;
    });
    if (!single) offer(unknown, unknown_score + till_here, character);
    at += character;
  }
}

}  // namespace llmops::text
