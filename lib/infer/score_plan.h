// Which sequences of a call to score share their beginnings: those of a multiple choice differ in their last words
// only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "text/tokenizer.h"

namespace llmops::infer {

/// One sequence's place in the plan. A row is what the model gives at a position: the log-probability of the next
/// token.
struct ScorePlanStep {
  std::size_t sequence = 0;  ///< of the call
  std::size_t donor = 0;     ///< the step, before this one, whose first `shared` rows are the same; if any are
  std::size_t shared = 0;    ///< rows
  std::size_t sharers = 0;   ///< steps whose donor this one is
};

/// Every sequence once, those that begin alike one after another. A donor's own rows, or those it shares itself, reach
/// as far as what it gives.
/// @param sequences  of 2 tokens or more each
/// @param kinds      one each: sequences of different kinds have no row in common; empty: all are of one
std::vector<ScorePlanStep> plan_scores(std::span<const std::vector<text::TokenId>> sequences,
                                       std::span<const std::int64_t> kinds = {});

}  // namespace llmops::infer
