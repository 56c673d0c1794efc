// The distinct words of a corpus as tokens.
#include "text/training/word_symbols.h"

namespace llmops::text {
namespace {

void gain(NeighbourChange& change, std::uint32_t word, std::int64_t count) {
  change.gained += count;
  if (change.words.empty() || change.words.back() != word) change.words.push_back(word);
}

}  // namespace

WordSymbols::WordSymbols(const WordCounts& words, const std::array<TokenId, 256>& bytes) {
  words_.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words.word(i);
    words_.push_back(
        {symbols_.size(), static_cast<std::uint32_t>(word.size()), static_cast<std::int64_t>(words.count(i))});
    for (const char c : word) symbols_.push_back(bytes[static_cast<unsigned char>(c)]);
  }
}

FirstPairs WordSymbols::first_pairs() const {
  FirstPairs pairs;
  PairCounts places;  // index + 1
  for (std::uint32_t w = 0; w < words_.size(); ++w) {
    const Word& word = words_[w];
    for (std::size_t i = word.begin + 1; i < word.begin + word.length; ++i) {
      const TokenPair pair = make_pair_key(symbols_[i - 1], symbols_[i]);
      std::int64_t& place = places[pair];
      if (place == 0) {
        pairs.push_back({pair, {}});
        place = static_cast<std::int64_t>(pairs.size());
      }
      gain(pairs[static_cast<std::size_t>(place - 1)].second, w, word.count);
    }
  }
  return pairs;
}

// Left to right, each pair found becoming one token at once: in "aaaa" the second pair already has a merged neighbour.
// Where a pair is too long to be counted, the loss of its parts is counted still, as the reference does.
void WordSymbols::merge(std::uint32_t index, const Merge& merge, NeighbourChanges& before, NeighbourChanges& after) {
  Word& word = words_[index];
  TokenId* const symbols = symbols_.data() + word.begin;
  const auto length_of = [&](TokenId id) { return merge.lengths[static_cast<std::size_t>(id)]; };
  const auto counted = [&](TokenId neighbour) {
    return std::uint64_t{length_of(neighbour)} + length_of(merge.merged) < merge.longest;
  };
  std::uint32_t out = 0;
  for (std::uint32_t at = 0; at < word.length; ++at) {
    const bool found = symbols[at] == merge.left && at + 1 < word.length && symbols[at + 1] == merge.right;
    if (!found) {
      symbols[out++] = symbols[at];
      continue;
    }
    if (out > 0) {
      NeighbourChange& change = before.at(symbols[out - 1]);
      change.lost += word.count;
      if (counted(symbols[out - 1])) gain(change, index, word.count);
    }
    symbols[out++] = merge.merged;
    ++at;
    if (at + 1 < word.length) {
      const TokenId next = symbols[at + 1];
      after.at(next).lost += word.count;
      // (merged, merged) is one pair, whichever side it is found from.
      if (counted(next)) gain(next == merge.merged ? before.at(next) : after.at(next), index, word.count);
    }
  }
  word.length = out;
}

std::uint64_t WordSymbols::tokens() const {
  std::uint64_t sum = 0;
  for (const Word& word : words_) sum += word.length * static_cast<std::uint64_t>(word.count);
  return sum;
}

}  // namespace llmops::text
