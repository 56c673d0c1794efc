// Chen and Goodman, 1998, "An Empirical Study of Smoothing Techniques for Language Modeling", sections 2.7 and 3.
#include "data/rules/ngram_smoothing.h"

#include <algorithm>
#include <cmath>

namespace llmops::data {

namespace {

/// One order while it is estimated; all by n-gram.
struct Level {
  std::vector<NgramIds> grams;
  std::vector<std::uint64_t> counts;  ///< adjusted: of the words seen before it, if longer n-grams are in the model
  std::vector<double> probabilities;
  std::vector<double> backoffs;  ///< 1 for what begins no longer n-gram
};

struct Discounts {
  double of[4] = {0, 0.5, 1, 1.5};  ///< by count, 3 and above; lmplz's fallback
  double operator()(std::uint64_t count) const { return of[std::min<std::uint64_t>(count, 3)]; }
};

/// What a context's n-grams leave to shorter ones.
struct ContextSum {
  std::uint64_t total = 0;
  std::uint64_t with[4] = {};  ///< n-grams by count, 3 and above
  double gamma(const Discounts& discounts) const {
    double mass = 0;
    for (std::uint64_t count = 1; count < 4; ++count) mass += discounts(count) * static_cast<double>(with[count]);
    return mass / static_cast<double>(total);
  }
  void add(std::uint64_t count) {
    total += count;
    ++with[std::min<std::uint64_t>(count, 3)];
  }
};

NgramIds first_words(const NgramIds& ids, std::size_t n) {
  NgramIds cut = ids;
  std::fill(cut.begin() + static_cast<std::ptrdiff_t>(n), cut.end(), kNoWord);
  return cut;
}

// All but the last word, which is the first of the ids.
NgramIds context_of(const NgramIds& ids) {
  NgramIds context;
  context.fill(kNoWord);
  std::copy(ids.begin() + 1, ids.end(), context.begin());
  return context;
}

// n-grams of n words. A shorter n-gram counts once for every word before it, but where a sentence begins, and nothing
// stands before it, as often as it was seen.
Level count_level(const std::vector<NgramCount>& counts, std::size_t n, bool longest) {
  Level level;
  std::uint32_t before = kNoWord;
  for (const NgramCount& entry : counts) {
    if (entry.ids[n - 1] == kNoWord) continue;
    const NgramIds ids = first_words(entry.ids, n);
    const bool as_seen = longest || ids[n - 1] == kBeginId;
    const bool fresh = level.grams.empty() || level.grams.back() != ids;
    if (fresh) {
      level.grams.push_back(ids);
      level.counts.push_back(0);
    }
    if (as_seen) {
      level.counts.back() += entry.count;
    } else if (fresh || entry.ids[n] != before) {
      ++level.counts.back();
    }
    before = longest ? kNoWord : entry.ids[n];
  }
  return level;
}

Discounts estimate_discounts(const Level& level) {
  double seen[5] = {};
  for (const std::uint64_t count : level.counts) {
    if (count < 5) ++seen[count];
  }
  const Discounts fallback;
  if (seen[1] == 0 || seen[2] == 0 || seen[3] == 0) return fallback;
  Discounts discounts;
  const double y = seen[1] / (seen[1] + 2 * seen[2]);
  for (int count = 1; count < 4; ++count) {
    discounts.of[count] = count - (count + 1) * y * seen[count + 1] / seen[count];
    if (discounts.of[count] < 0 || discounts.of[count] > count) return fallback;
  }
  return discounts;
}

// <unk> and <s> are never counted; they get what is left, and 1.
void estimate_unigrams(Level& level, std::size_t words) {
  const Discounts discounts = estimate_discounts(level);
  ContextSum sum;
  for (const std::uint64_t count : level.counts) sum.add(count);
  const double uniform = sum.gamma(discounts) / static_cast<double>(words - 1);  // <s> is not predicted
  for (const std::uint64_t count : level.counts) {
    const double kept = static_cast<double>(count) - discounts(count);
    level.probabilities.push_back(kept / static_cast<double>(sum.total) + uniform);
  }
  NgramIds ids;
  ids.fill(kNoWord);
  for (const auto& [id, probability] : {std::pair{kBeginId, 1.0}, {kUnknownId, uniform}}) {
    ids[0] = id;  // before all others in the order of ids, <unk> first
    level.grams.insert(level.grams.begin(), ids);
    level.counts.insert(level.counts.begin(), 0);
    level.probabilities.insert(level.probabilities.begin(), probability);
  }
}

std::size_t find_gram(const Level& level, const NgramIds& ids) {
  return static_cast<std::size_t>(std::lower_bound(level.grams.begin(), level.grams.end(), ids) - level.grams.begin());
}

void estimate_level(Level& level, std::size_t n, Level& shorter) {
  const Discounts discounts = estimate_discounts(level);
  std::vector<std::size_t> contexts;  // by n-gram: where its context is in `shorter`
  contexts.reserve(level.grams.size());
  std::vector<ContextSum> sums(shorter.grams.size());
  for (std::size_t g = 0; g < level.grams.size(); ++g) {
    contexts.push_back(find_gram(shorter, context_of(level.grams[g])));
    sums[contexts.back()].add(level.counts[g]);
  }
  for (std::size_t c = 0; c < sums.size(); ++c) {
    if (sums[c].total > 0) shorter.backoffs[c] = sums[c].gamma(discounts);
  }
  std::size_t ending = 0;  // the n-gram without its first word; both are sorted
  for (std::size_t g = 0; g < level.grams.size(); ++g) {
    const NgramIds wanted = first_words(level.grams[g], n - 1);
    while (shorter.grams[ending] != wanted) ++ending;
    const double kept = static_cast<double>(level.counts[g]) - discounts(level.counts[g]);
    level.probabilities.push_back(kept / static_cast<double>(sums[contexts[g]].total) +
                                  shorter.backoffs[contexts[g]] * shorter.probabilities[ending]);
  }
}

}  // namespace

std::vector<NgramEstimates::Order> smooth_counts(const std::vector<NgramCount>& counts, int order, std::size_t words) {
  std::vector<NgramEstimates::Order> orders;
  Level shorter;
  const auto write = [&](Level& level) {
    NgramEstimates::Order& out = orders.emplace_back();
    for (const double p : level.probabilities) out.log10.push_back(std::min(0.0F, static_cast<float>(std::log10(p))));
    for (const double b : level.backoffs) out.backoff.push_back(static_cast<float>(std::log10(b)));
    out.grams = std::move(level.grams);
  };
  for (int n = 1; n <= order; ++n) {
    Level level = count_level(counts, static_cast<std::size_t>(n), n == order);
    if (n == 1) {
      estimate_unigrams(level, words);
    } else {
      estimate_level(level, static_cast<std::size_t>(n), shorter);
      write(shorter);
    }
    level.backoffs.assign(level.grams.size(), 1.0);
    shorter = std::move(level);
  }
  write(shorter);
  return orders;
}

}  // namespace llmops::data
