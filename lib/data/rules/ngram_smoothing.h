// From counts to probabilities: interpolated modified Kneser-Ney.
#pragma once

#include <vector>

#include "data/rules/ngram_train.h"

namespace llmops::data {

/// @param counts  sorted: n-grams of `order` words, and shorter ones that begin with <s>
/// @param words   in the vocabulary, with <unk>, <s> and </s>
/// @returns one for each order, 1 to `order`
std::vector<NgramEstimates::Order> smooth_counts(const std::vector<NgramCount>& counts, int order, std::size_t words);

}  // namespace llmops::data
