// How often each pair of neighbouring tokens occurs, by open addressing.
#pragma once

#include <cstdint>
#include <vector>

#include "text/tokenizer.h"

namespace llmops::text {

/// Two tokens as one number; smaller where the left one, then the right one is.
using TokenPair = std::uint64_t;

inline TokenPair make_pair_key(TokenId left, TokenId right) {
  return static_cast<TokenPair>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
}
inline TokenId left_of(TokenPair pair) { return static_cast<TokenId>(pair >> 32); }
inline TokenId right_of(TokenPair pair) { return static_cast<TokenId>(pair & 0xFFFFFFFFU); }

/// Never forgets a pair.
class PairCounts {
 public:
  /// The count of a pair, 0 at first; valid until the next call.
  std::int64_t& operator[](TokenPair pair) {
    if (entries_.size() < 2 * (size_ + 1)) grow();
    Entry& entry = entries_[place(pair)];
    if (entry.pair == kNone) {
      entry.pair = pair;
      ++size_;
    }
    return entry.count;
  }

 private:
  static constexpr TokenPair kNone = UINT64_MAX;  // no pair of ids, which are below 2^31
  struct Entry {
    TokenPair pair = kNone;
    std::int64_t count = 0;
  };

  // Multiplicative hashing, as in MergeTable.
  std::size_t place(TokenPair pair) const {
    const std::size_t mask = entries_.size() - 1;
    std::size_t slot = (pair * 0x9E3779B97F4A7C15ULL >> 32) & mask;
    while (entries_[slot].pair != kNone && entries_[slot].pair != pair) slot = (slot + 1) & mask;
    return slot;
  }
  void grow() {
    std::vector<Entry> old(entries_.empty() ? 4096 : 2 * entries_.size());
    old.swap(entries_);
    for (const Entry& entry : old) {
      if (entry.pair != kNone) entries_[place(entry.pair)] = entry;
    }
  }

  std::vector<Entry> entries_;
  std::size_t size_ = 0;
};

}  // namespace llmops::text
