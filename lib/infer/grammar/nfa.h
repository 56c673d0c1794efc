// A grammar as states with edges for bytes, for nothing, and for whole rules.
#pragma once

#include <cstdint>
#include <vector>

#include "infer/grammar/inline_plan.h"

namespace llmops::infer::grammar {

struct Nfa {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Edge {
    enum class Kind : std::uint8_t { kEmpty, kBytes, kCall };
    Kind kind = Kind::kEmpty;
    std::uint8_t first = 0;  ///< kBytes
    std::uint8_t last = 0;
    RuleId rule = 0;  ///< kCall: `to` is where the text goes on behind the rule
    std::uint32_t to = 0;
    std::uint32_t next = 0;  ///< edge of the same state, or kNone
  };
  struct Span {
    RuleId rule = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };

  std::vector<std::uint32_t> first_edge;  ///< by state
  std::vector<Edge> edges;
  std::vector<Span> rules;  ///< those compiled for themselves; the root first
};

/// @throws InputError  over kMaxNfaStates, which the plan should have found
Nfa build_nfa(const Grammar& grammar, const RuleFacts& facts, const InlinePlan& plan);

}  // namespace llmops::infer::grammar
