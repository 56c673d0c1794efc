// Counting n-grams of words, for BLEU and ROUGE.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace llmops::eval {

/// n-gram (words joined by a space, which no word contains) to how often it occurs.
using NgramCounts = std::unordered_map<std::string, int>;

inline NgramCounts count_ngrams(const std::vector<std::string>& words, std::size_t order) {
  NgramCounts counts;
  for (std::size_t i = 0; i + order <= words.size(); ++i) {
    std::string ngram = words[i];
    for (std::size_t j = 1; j < order; ++j) ngram += ' ' + words[i + j];
    ++counts[ngram];
  }
  return counts;
}

/// Occurrences of n-grams in both, each counted as often as in the one that has fewer.
inline int count_common(const NgramCounts& a, const NgramCounts& b) {
  int common = 0;
  for (const auto& [ngram, count] : a) {
    if (const auto found = b.find(ngram); found != b.end()) common += std::min(count, found->second);
  }
  return common;
}

}  // namespace llmops::eval
