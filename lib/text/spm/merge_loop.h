// Byte-pair encoding by scores: neighbours join into the piece that scores best, until no two make a piece.
#pragma once

#include <map>
#include <queue>
#include <string_view>
#include <vector>

#include "text/bpe/merge_table.h"
#include "text/bpe/vocabulary.h"
#include "text/models/piece_trie.h"
#include "text/spm/sentencepiece_data.h"

namespace llmops::text {

/// Bytes [begin, end) of the text.
struct MergedPart {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

class MergeLoop {
 public:
  struct Rules {
    std::string_view text;
    const StringIndex& pieces;                            ///< that parts may join to
    const std::vector<SentencePieceData::Piece>& scores;  ///< by id
    std::size_t longest = 0;                              ///< bytes of the longest piece
  };
  explicit MergeLoop(const Rules& rules) : rules_(rules) {}

  /// @param characters    the text in parts, in order; of them, those in `user_defined` join with nothing
  /// Pieces of type unused help to join others, and are taken apart again in the end.
  std::vector<MergedPart> run(const std::vector<Symbol>& characters, const PieceTrie& user_defined);

 private:
  struct Part {
    std::uint32_t begin, end;
    std::int32_t previous, next;  // -1: none
    bool frozen;
  };
  struct Pair {
    float score;
    std::int32_t left, right;
    std::uint32_t length;  // of both; tells whether they are still what they were
    bool operator<(const Pair& other) const { return score != other.score ? score < other.score : left > other.left; }
  };
  void offer(std::int32_t left, std::int32_t right);
  void take_apart(std::uint32_t begin, std::uint32_t end, std::vector<MergedPart>& out) const;

  const Rules& rules_;
  std::vector<Part> parts_;
  std::priority_queue<Pair> pairs_;
  std::map<std::string_view, std::uint32_t> unused_;  // unused pieces that came about: bytes of their left half
};

}  // namespace llmops::text
