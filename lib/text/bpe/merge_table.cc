// Ranked merges, and the loop that applies them to one word.
#include "text/bpe/merge_table.h"

#include <bit>
#include <queue>

namespace llmops::text {
namespace {
// Up to here looking through all pairs each time is faster than keeping a heap.
constexpr std::size_t kScanLimit = 48;
}  // namespace

void MergeTable::reserve(std::size_t merges) {
  const std::size_t size = std::bit_ceil(2 * merges + 2);
  if (size <= entries_.size()) return;
  const std::vector<Entry> old = std::move(entries_);
  entries_.assign(size, Entry{});
  mask_ = size - 1;
  for (const Entry& entry : old) {
    if (entry.key == kEmpty) continue;
    std::size_t slot = slot_of(entry.key);
    while (entries_[slot].key != kEmpty) slot = (slot + 1) & mask_;
    entries_[slot] = entry;
  }
}

void MergeTable::insert(TokenId left, TokenId right, std::uint32_t rank, TokenId merged) {
  if (2 * (size_ + 1) > entries_.size()) reserve(2 * (size_ + 1));
  const std::uint64_t key = pair_key(left, right);
  std::size_t slot = slot_of(key);
  while (entries_[slot].key != kEmpty && entries_[slot].key != key) slot = (slot + 1) & mask_;
  if (entries_[slot].key == kEmpty) ++size_;
  entries_[slot] = {key, {rank, merged}};
}

void MergeTable::apply(std::vector<Symbol>& word) const {
  if (word.size() < 2) return;
  if (word.size() <= kScanLimit) {
    apply_by_scan(word);
  } else {
    apply_by_heap(word);
  }
}

void MergeTable::apply_by_scan(std::vector<Symbol>& word) const {
  Merge merges[kScanLimit];  // merges[i]: of word[i] and word[i + 1]
  std::size_t count = word.size();
  for (std::size_t i = 0; i + 1 < count; ++i) merges[i] = find(word[i].id, word[i + 1].id);
  while (count > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < count; ++i) {
      if (merges[i].rank < merges[best].rank) best = i;
    }
    if (merges[best].rank == UINT32_MAX) break;
    word[best] = {merges[best].id, word[best].begin, word[best + 1].end};
    for (std::size_t i = best + 1; i + 1 < count; ++i) {
      word[i] = word[i + 1];
      merges[i] = merges[i + 1];  // the last of them is stale and out of range from now on
    }
    --count;
    if (best > 0) merges[best - 1] = find(word[best - 1].id, word[best].id);
    if (best + 1 < count) merges[best] = find(word[best].id, word[best + 1].id);
  }
  word.resize(count);
}

void MergeTable::apply_by_heap(std::vector<Symbol>& word) const {
  constexpr std::uint32_t kNone = UINT32_MAX;
  struct Candidate {
    Merge merge;
    std::uint32_t left;
    TokenId left_id;
    TokenId right_id;  // with left_id, tells whether the symbols are still the ones it was made for
    bool operator>(const Candidate& other) const {
      return merge.rank != other.merge.rank ? merge.rank > other.merge.rank : left > other.left;
    }
  };
  const auto count = static_cast<std::uint32_t>(word.size());
  std::vector<std::uint32_t> previous(count);
  std::vector<std::uint32_t> next(count);
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> heap;
  const auto offer = [&](std::uint32_t left) {
    if (left == kNone || next[left] == kNone) return;
    const Merge merge = find(word[left].id, word[next[left]].id);
    if (merge.rank != UINT32_MAX) heap.push({merge, left, word[left].id, word[next[left]].id});
  };
  for (std::uint32_t i = 0; i < count; ++i) {
    previous[i] = i == 0 ? kNone : i - 1;
    next[i] = i + 1 == count ? kNone : i + 1;
  }
  for (std::uint32_t i = 0; i < count; ++i) offer(i);
  while (!heap.empty()) {
    const Candidate top = heap.top();
    heap.pop();
    const std::uint32_t right = next[top.left];
    if (right == kNone || word[top.left].id != top.left_id || word[right].id != top.right_id) continue;
    word[top.left] = {top.merge.id, word[top.left].begin, word[right].end};
    word[right].id = -1;  // gone: no candidate names it
    next[top.left] = next[right];
    if (next[right] != kNone) previous[next[right]] = top.left;
    next[right] = kNone;
    offer(previous[top.left]);
    offer(top.left);
  }
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i != kNone; i = next[i]) word[kept++] = word[i];
  word.resize(kept);
}

}  // namespace llmops::text
