// Counting n-grams. Only the longest are kept, and shorter ones where a sentence begins: all others follow from them.
#include "data/rules/ngram_train.h"

#include <algorithm>

#include "core/error.h"
#include "data/rules/ngram_builder.h"
#include "data/rules/ngram_smoothing.h"

namespace llmops::data {

namespace {

constexpr std::size_t kFewestFresh = std::size_t{1} << 20;

// Both sorted; equal n-grams are added up.
std::vector<NgramCount> merge_counts(const std::vector<NgramCount>& old, const std::vector<NgramCount>& fresh) {
  std::vector<NgramCount> merged;
  merged.reserve(old.size() + fresh.size());
  auto a = old.begin(), b = fresh.begin();
  while (a != old.end() || b != fresh.end()) {
    if (b == fresh.end() || (a != old.end() && a->ids < b->ids)) {
      merged.push_back(*a++);
    } else if (a == old.end() || b->ids < a->ids) {
      merged.push_back(*b++);
    } else {
      merged.push_back({a->ids, a->count + b->count});
      ++a;
      ++b;
    }
  }
  return merged;
}

}  // namespace

NgramTrainer::NgramTrainer(int order) : order_(order), words_{"<unk>", "<s>", "</s>"} {
  if (order < 1 || order > kMostTrainedOrder) throw ConfigError("an n-gram model's order is not between 1 and 5");
  for (std::uint32_t id = 0; id < words_.size(); ++id) ids_[words_[id]] = id;
}

std::uint32_t NgramTrainer::intern(std::string_view word) {
  const auto [found, fresh] = ids_.try_emplace(std::string(word), static_cast<std::uint32_t>(words_.size()));
  if (fresh) words_.emplace_back(word);
  return found->second;
}

void NgramTrainer::add_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    add_sentence(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void NgramTrainer::add_sentence(std::string_view line) {
  sentence_.assign(1, kBeginId);
  for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
    const std::uint32_t id = intern(word);
    if (id > kEndId) sentence_.push_back(id);
  }
  if (sentence_.size() == 1) return;
  sentence_.push_back(kEndId);
  for (std::size_t last = 1; last < sentence_.size(); ++last) {
    NgramIds ids;
    ids.fill(kNoWord);
    const std::size_t length = std::min(last + 1, static_cast<std::size_t>(order_));
    for (std::size_t i = 0; i < length; ++i) ids[i] = sentence_[last - i];
    fresh_.push_back(ids);
  }
  if (fresh_.size() >= std::max(kFewestFresh, counts_.size() / 2)) compact();
}

void NgramTrainer::compact() {
  std::sort(fresh_.begin(), fresh_.end());
  std::vector<NgramCount> counted;
  for (const NgramIds& ids : fresh_) {
    if (counted.empty() || counted.back().ids != ids) counted.push_back({ids, 0});
    ++counted.back().count;
  }
  fresh_.clear();
  counts_ = merge_counts(counts_, counted);
}

NgramEstimates NgramTrainer::estimate() {
  compact();
  if (counts_.empty()) throw InputError("there is no text to train an n-gram model on");
  NgramEstimates estimates;
  estimates.words = words_;
  estimates.orders = smooth_counts(counts_, order_, words_.size());
  return estimates;
}

NgramModel NgramEstimates::model() const {
  NgramBuilder builder(static_cast<int>(orders.size()), "the trained model");
  std::string_view gram[kMostTrainedOrder];
  for (std::size_t n = 1; n <= orders.size(); ++n) {
    const Order& order = orders[n - 1];
    for (std::size_t g = 0; g < order.grams.size(); ++g) {
      for (std::size_t w = 0; w < n; ++w) gram[n - 1 - w] = words[order.grams[g][w]];
      builder.add({gram, n}, order.log10[g], order.backoff[g]);
    }
    builder.end_order();
  }
  return builder.finish();
}

}  // namespace llmops::data
