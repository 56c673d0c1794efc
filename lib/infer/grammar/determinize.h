// From states that may be many at once to a table in which each set of them is one.
#pragma once

#include "infer/grammar/automaton.h"
#include "infer/grammar/nfa.h"

namespace llmops::infer::grammar {

/// States from which no end can be reached are left out.
/// @throws InputError  over kMaxTableCells or kMaxCompileSteps
Automaton determinize(const Nfa& nfa);

}  // namespace llmops::infer::grammar
