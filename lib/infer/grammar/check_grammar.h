// What is known of a grammar's rules before it is compiled, and the two faults that no automaton can mend.
#pragma once

#include <vector>

#include "infer/grammar/grammar.h"

namespace llmops::infer::grammar {

struct RuleFacts {
  std::vector<bool> productive;       ///< by rule: some text matches
  std::vector<bool> nullable;         ///< the empty text matches
  std::vector<bool> recursive;        ///< calls itself, or lies between two that do
  std::vector<RuleId> callees_first;  ///< all rules; of two that are not recursive, the called one first
};

/// @throws InputError  for a root that matches nothing, and for a rule that begins with itself, naming the way round
RuleFacts check_grammar(const Grammar& grammar);

/// What an expression calls, each as often as it is written.
void append_calls(const Grammar& grammar, ExprId id, std::vector<RuleId>& calls);

}  // namespace llmops::infer::grammar
