// Ranked merges, and the loop that applies them to one word.
#pragma once

#include <cstdint>
#include <vector>

#include "text/tokenizer.h"

namespace llmops::text {

/// A part of a word while it is being merged, and its bytes within the word.
struct Symbol {
  TokenId id = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// Pairs of tokens to (rank, merged token), by open addressing.
class MergeTable {
 public:
  struct Merge {
    std::uint32_t rank = UINT32_MAX;  ///< smaller goes first; UINT32_MAX: these two do not merge
    TokenId id = 0;
  };

  void reserve(std::size_t merges);
  /// A pair that is given twice keeps its last rank, as Hugging Face's reader does.
  void insert(TokenId left, TokenId right, std::uint32_t rank, TokenId merged);

  Merge find(TokenId left, TokenId right) const {
    const std::uint64_t key = pair_key(left, right);
    for (std::size_t slot = slot_of(key);; slot = (slot + 1) & mask_) {
      const Entry& entry = entries_[slot];
      if (entry.key == key) return entry.merge;
      if (entry.key == kEmpty) return {};
    }
  }

  /// Merges neighbours, lowest rank first and leftmost among equals, until none is left.
  void apply(std::vector<Symbol>& word) const;

 private:
  static constexpr std::uint64_t kEmpty = UINT64_MAX;  // no pair of ids, which are below 2^31
  struct Entry {
    std::uint64_t key = kEmpty;
    Merge merge;
  };
  static std::uint64_t pair_key(TokenId left, TokenId right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
  }
  // Multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4), by 2^64 divided by the golden ratio.
  std::size_t slot_of(std::uint64_t key) const { return (key * 0x9E3779B97F4A7C15ULL >> 32) & mask_; }
  void apply_by_scan(std::vector<Symbol>& word) const;
  void apply_by_heap(std::vector<Symbol>& word) const;

  std::vector<Entry> entries_ = std::vector<Entry>(2);
  std::size_t mask_ = 1;
  std::size_t size_ = 0;
};

}  // namespace llmops::text
