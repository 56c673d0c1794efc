// The compiled form of every kind of grammar: a table of states by bytes, and calls of rules with a stack.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "infer/grammar/grammar.h"

namespace llmops::infer::grammar {

/// Each rule that is called is a deterministic automaton over bytes, whose states may also call rules; where the
/// grammar is regular there is no call at all. Immutable.
struct Automaton {
  static constexpr std::uint32_t kDead = UINT32_MAX;

  struct Call {
    std::uint32_t target = 0;  ///< where the rule begins
    std::uint32_t back = 0;    ///< where the text goes on behind it
  };
  enum Flag : std::uint8_t {
    kAccepts = 1,  ///< the rule may end here
    kCalls = 2,    ///< some rule may begin here
    kLast = 4,     ///< nothing but the end of the rule is here: a call that would come back to it need not
  };

  std::array<std::uint8_t, 256> class_of{};  ///< bytes that no state tells apart have the same
  std::uint32_t classes = 1;
  std::vector<std::uint32_t> next;        ///< (states, classes): the next state, or kDead
  std::vector<std::uint8_t> flags;        ///< (states)
  std::vector<std::uint32_t> first_call;  ///< (states + 1), into `calls`
  std::vector<Call> calls;
  std::uint32_t start = 0;

  std::uint32_t states() const { return static_cast<std::uint32_t>(flags.size()); }
  std::uint32_t step(std::uint32_t state, std::uint8_t byte) const {
    return next[std::size_t{state} * classes + class_of[byte]];
  }
  std::span<const Call> calls_of(std::uint32_t state) const {
    return {calls.data() + first_call[state], calls.data() + first_call[state + 1]};
  }
};

/// @throws InputError  for a grammar that matches nothing, begins a rule with itself, or is too large (limits.h)
Automaton compile_grammar(const Grammar& grammar);

}  // namespace llmops::infer::grammar
