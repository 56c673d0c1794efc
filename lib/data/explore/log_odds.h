// Which words tell two collections apart.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "data/explore/vocabulary.h"

namespace llmops::data::explore {

struct WordShift {
  std::string word;
  std::uint64_t before = 0, after = 0;
  double log_odds = 0;  ///< above 0: likelier in `after`
  double z = 0;         ///< log_odds over its standard error
};

/// The log-odds ratio with an informative Dirichlet prior: each word's prior is its share of both collections together,
/// `prior` words in all, so that rare words need more than chance to stand out.
/// Source: Monroe, Colaresi and Quinn, 2008, "Fightin' words", equations 15, 16, 20 and 22.
/// @param most  of each sign with the largest |z|, those of `after` first; words seen less than twice are left out
std::vector<WordShift> vocabulary_shift(const WordCounts& before, const WordCounts& after, std::size_t most,
                                        double prior = 1000);

Json word_shifts_json(const std::vector<WordShift>& shifts);

}  // namespace llmops::data::explore
