// Pairs that may be merged next, the most frequent first.
#pragma once

#include <queue>
#include <vector>

#include "text/training/pair_counts.h"

namespace llmops::text {

/// A pair, how often it occurred when it was put here, and the words in which it arose.
struct MergeCandidate {
  std::int64_t count = 0;
  TokenPair pair = 0;
  std::vector<std::uint32_t> words;  ///< each once
};

/// Most frequent first; of equals the smaller pair, as Hugging Face's trainer has it.
class MergeQueue {
 public:
  void push(MergeCandidate candidate) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(words_.size()));
      words_.emplace_back();
    }
    const std::uint32_t place = free_.back();
    free_.pop_back();
    words_[place] = std::move(candidate.words);
    heap_.push({candidate.count, candidate.pair, place});
  }

  MergeCandidate pop() {
    const Entry top = heap_.top();
    heap_.pop();
    free_.push_back(top.place);
    return {top.count, top.pair, std::move(words_[top.place])};
  }

  bool empty() const { return heap_.empty(); }

 private:
  struct Entry {
    std::int64_t count;
    TokenPair pair;
    std::uint32_t place;  // of its words
    bool operator<(const Entry& other) const { return count != other.count ? count < other.count : pair > other.pair; }
  };

  std::priority_queue<Entry> heap_;  // without the words, so that moving an entry is cheap
  std::vector<std::vector<std::uint32_t>> words_;
  std::vector<std::uint32_t> free_;  // places in words_
};

}  // namespace llmops::text
