// The distinct words of a corpus as tokens, and what merging a pair in them does to the pairs around it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "text/training/pair_counts.h"
#include "text/training/word_counts.h"

namespace llmops::text {

/// What happened to the pairs of the merged token with one neighbour.
struct NeighbourChange {
  std::int64_t gained = 0;           ///< occurrences of (neighbour, merged)
  std::int64_t lost = 0;             ///< occurrences of (neighbour, left half)
  std::vector<std::uint32_t> words;  ///< that gained, each once
};

/// Changes by neighbour, with a list of those that have any.
class NeighbourChanges {
 public:
  explicit NeighbourChanges(std::size_t tokens) : changes_(tokens), touched_(tokens) {}
  NeighbourChange& at(TokenId neighbour) {
    const auto i = static_cast<std::size_t>(neighbour);
    if (!touched_[i]) {
      touched_[i] = true;
      list_.push_back(neighbour);
    }
    return changes_[i];
  }
  const std::vector<TokenId>& touched() const { return list_; }
  void clear() {
    for (const TokenId id : list_) {
      changes_[static_cast<std::size_t>(id)] = {};
      touched_[static_cast<std::size_t>(id)] = false;
    }
    list_.clear();
  }

 private:
  std::vector<NeighbourChange> changes_;  // by token
  std::vector<bool> touched_;
  std::vector<TokenId> list_;
};

/// Pairs as they first stand in the words, by the ids of their halves.
using FirstPairs = std::vector<std::pair<TokenPair, NeighbourChange>>;

class WordSymbols {
 public:
  /// @param bytes  the token of each byte
  WordSymbols(const WordCounts& words, const std::array<TokenId, 256>& bytes);

  FirstPairs first_pairs() const;

  /// One merge; the changes it makes go to `before` and `after`, by the neighbour on that side.
  struct Merge {
    TokenId left = 0, right = 0, merged = 0;
    const std::vector<std::uint32_t>& lengths;  ///< of tokens, in bytes
    std::uint32_t longest = UINT32_MAX;         ///< a pair of this many bytes or more is not counted
  };
  void merge(std::uint32_t word, const Merge& merge, NeighbourChanges& before, NeighbourChanges& after);

  /// Tokens of the whole corpus as the words are now.
  std::uint64_t tokens() const;

 private:
  struct Word {
    std::size_t begin = 0;
    std::uint32_t length = 0;
    std::int64_t count = 0;
  };
  std::vector<TokenId> symbols_;  // of all words; one that was merged leaves a gap before the next
  std::vector<Word> words_;
};

}  // namespace llmops::text
