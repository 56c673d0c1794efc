// Learns byte-pair merges from counted words.
#include "text/training/bpe_trainer.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/cancel.h"
#include "core/error.h"
#include "text/bpe/byte_alphabet.h"
#include "text/bpe/vocabulary.h"
#include "text/training/merge_queue.h"
#include "text/training/word_symbols.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

class BpeTrainer {
 public:
  BpeTrainer(const WordCounts& words, const BpeTrainingOptions& options)
      : options_(options),
        longest_(options.max_token_length > 0 ? options.max_token_length : UINT32_MAX),
        symbols_(words, first_tokens()),
        before_(capacity()),
        after_(capacity()) {}

  LearntBpe run(Progress& progress) {
    queue_first_pairs();
    progress.start("learning merges", static_cast<std::uint64_t>(options_.vocab_size), "tokens");
    while (learnt_.tokens.size() < static_cast<std::size_t>(options_.vocab_size) && merge_next()) {
      if (learnt_.merges.size() % 64 != 0) continue;
      throw_if_cancelled();
      progress.update(learnt_.tokens.size());
    }
    progress.finish();
    learnt_.tokens_in_corpus = symbols_.tokens();
    return std::move(learnt_);
  }

 private:
  std::size_t capacity() const {
    return std::max(learnt_.tokens.size(), static_cast<std::size_t>(options_.vocab_size));
  }

  std::array<TokenId, 256> first_tokens();
  TokenId token_for(const std::string& text, std::uint32_t length);
  void queue_first_pairs();
  bool merge_next();
  void queue_changes(TokenId left, TokenId right, TokenId merged);

  const BpeTrainingOptions& options_;
  std::uint32_t longest_;
  LearntBpe learnt_;
  StringIndex ids_;                     // of learnt_.tokens
  std::vector<std::uint32_t> lengths_;  // of learnt_.tokens, in bytes
  WordSymbols symbols_;
  PairCounts counts_;
  MergeQueue queue_;
  NeighbourChanges before_, after_;
};

TokenId BpeTrainer::token_for(const std::string& text, std::uint32_t length) {
  const auto id = static_cast<TokenId>(learnt_.tokens.size());
  if (!ids_.insert(text, id)) return ids_.find(text).value_or(id);
  learnt_.tokens.push_back(text);
  lengths_.push_back(length);
  return id;
}

std::array<TokenId, 256> BpeTrainer::first_tokens() {
  for (const std::string& token : options_.special_tokens)
    token_for(token, static_cast<std::uint32_t>(utf8_length(token)));
  std::vector<std::pair<char32_t, int>> alphabet;
  alphabet.reserve(256);
  for (int b = 0; b < 256; ++b) alphabet.emplace_back(byte_to_character(static_cast<unsigned char>(b)), b);
  std::sort(alphabet.begin(), alphabet.end());
  std::array<TokenId, 256> bytes{};
  for (const auto& [character, b] : alphabet) {
    std::string text;
    append_utf8(text, character);
    bytes[static_cast<std::size_t>(b)] = token_for(text, 1);
  }
  return bytes;
}

void BpeTrainer::queue_first_pairs() {
  for (auto& [pair, change] : symbols_.first_pairs()) {
    counts_[pair] = change.gained;
    queue_.push({change.gained, pair, std::move(change.words)});
  }
}

/// @returns false where no pair is left that is frequent enough
bool BpeTrainer::merge_next() {
  for (;;) {
    if (queue_.empty()) return false;
    MergeCandidate top = queue_.pop();
    const std::int64_t now = counts_[top.pair];
    if (top.count != now) {  // it has become rarer, or more frequent, since it was put here
      top.count = now;
      queue_.push(std::move(top));
      continue;
    }
    if (now < 1 || static_cast<std::uint64_t>(now) < options_.min_frequency) return false;
    const TokenId left = left_of(top.pair);
    const TokenId right = right_of(top.pair);
    const auto l = static_cast<std::size_t>(left);
    const auto r = static_cast<std::size_t>(right);
    const TokenId merged = token_for(learnt_.tokens[l] + learnt_.tokens[r], lengths_[l] + lengths_[r]);
    learnt_.merges.emplace_back(left, right);
    const WordSymbols::Merge merge{left, right, merged, lengths_, longest_};
    for (const std::uint32_t word : top.words) symbols_.merge(word, merge, before_, after_);
    queue_changes(left, right, merged);
    return true;
  }
}

void BpeTrainer::queue_changes(TokenId left, TokenId right, TokenId merged) {
  for (const TokenId id : before_.touched()) {
    const NeighbourChange& change = before_.at(id);
    counts_[make_pair_key(id, left)] -= change.lost;
    counts_[make_pair_key(id, merged)] += change.gained;
  }
  for (const TokenId id : after_.touched()) {
    const NeighbourChange& change = after_.at(id);
    counts_[make_pair_key(right, id)] -= change.lost;
    counts_[make_pair_key(merged, id)] += change.gained;
  }
  const auto queue = [&](TokenPair pair, NeighbourChange& change) {
    const std::int64_t count = change.words.empty() ? 0 : counts_[pair];
    if (count > 0) queue_.push({count, pair, std::move(change.words)});
  };
  for (const TokenId id : before_.touched()) queue(make_pair_key(id, merged), before_.at(id));
  for (const TokenId id : after_.touched()) queue(make_pair_key(merged, id), after_.at(id));
  before_.clear();
  after_.clear();
}

}  // namespace

void check_vocab_size(const BpeTrainingOptions& options) {
  const std::size_t least = 256 + options.special_tokens.size();
  if (options.vocab_size >= 0 && static_cast<std::size_t>(options.vocab_size) >= least) return;
  throw UsageError(
      fmt::format("a vocabulary of {} tokens has no room for the 256 bytes and {} special token{}", options.vocab_size,
                  options.special_tokens.size(), options.special_tokens.size() == 1 ? "" : "s"),
      fmt::format("ask for at least {}", least));
}

LearntBpe learn_bpe(const WordCounts& words, const BpeTrainingOptions& options, Progress& progress) {
  check_vocab_size(options);
  return BpeTrainer(words, options).run(progress);
}

}  // namespace llmops::text
