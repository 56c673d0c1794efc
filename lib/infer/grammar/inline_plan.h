// Which rules are written out where they are used, and which are compiled once and called.
#pragma once

#include <vector>

#include "infer/grammar/check_grammar.h"

namespace llmops::infer::grammar {

/// Written out, a rule costs its states at each use, but masks need not look behind its end.
struct InlinePlan {
  std::vector<bool> inlined;   ///< by rule; never the root or a recursive one
  std::vector<RuleId> called;  ///< the others that the root reaches, the root first
};

/// @throws InputError  for a grammar that needs more than kMaxNfaStates, naming its largest rule
InlinePlan plan_inlining(const Grammar& grammar, const RuleFacts& facts);

}  // namespace llmops::infer::grammar
