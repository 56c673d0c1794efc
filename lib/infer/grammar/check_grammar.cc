// What is known of a grammar's rules before it is compiled, and the two faults that no automaton can mend.
#include "infer/grammar/check_grammar.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::infer::grammar {
namespace {

using Kind = Expr::Kind;

// Both facts of an expression follow from those of its parts in the same way; only the leaves differ.
struct Facts {
  const Grammar& grammar;
  const std::vector<bool>& of_rule;
  bool nullable;  // else productive

  bool leaf(const Expr& expr) const {
    switch (expr.kind) {
      case Kind::kLiteral: return !nullable || expr.literal.empty();
      case Kind::kClass: return !nullable && !expr.set.empty();
      case Kind::kRule: return of_rule[expr.rule];
      default: return false;
    }
  }

  bool join(const Expr& expr) const {
    bool some = expr.least == 0;
    for (std::size_t i = 1; i < expr.parts.size(); ++i) {
      const bool part = holds(expr.parts[i]);
      if (!part && !expr.optional[i]) return false;
      some = some || part;
    }
    return some;
  }

  bool holds(ExprId id) const {
    const Expr& expr = grammar[id];
    const auto part = [this](ExprId p) { return holds(p); };
    switch (expr.kind) {
      case Kind::kSequence: return std::ranges::all_of(expr.parts, part);
      case Kind::kChoice: return std::ranges::any_of(expr.parts, part);
      case Kind::kRepeat: return expr.least == 0 || holds(expr.parts[0]);
      case Kind::kJoin: return join(expr);
      default: return leaf(expr);
    }
  }
};

using Graph = std::vector<std::vector<RuleId>>;

Graph reversed(const Graph& graph) {
  Graph back(graph.size());
  for (RuleId from = 0; from < graph.size(); ++from) {
    for (const RuleId to : graph[from]) back[to].push_back(from);
  }
  return back;
}

// The least set of rules for which the fact follows: a rule is looked at again when one that it calls has changed.
std::vector<bool> fixpoint(const Grammar& grammar, const Graph& callers, bool nullable) {
  std::vector<bool> holds(grammar.rules().size());
  std::vector<RuleId> pending(grammar.rules().size());
  for (RuleId rule = 0; rule < pending.size(); ++rule) pending[rule] = rule;
  std::vector<bool> waits(pending.size(), true);
  while (!pending.empty()) {
    const RuleId rule = pending.back();
    pending.pop_back();
    waits[rule] = false;
    if (holds[rule] || !Facts{grammar, holds, nullable}.holds(grammar.rules()[rule].body)) continue;
    holds[rule] = true;
    for (const RuleId caller : callers[rule]) {
      if (holds[caller] || waits[caller]) continue;
      waits[caller] = true;
      pending.push_back(caller);
    }
  }
  return holds;
}

// Takes rules away that call none of those left, then those that none of those left calls; what remains is recursive.
void find_recursion(const Graph& calls, const Graph& callers, RuleFacts& facts) {
  facts.recursive.assign(calls.size(), true);
  const auto peel = [&facts](const Graph& out, const Graph& in) {
    std::vector<std::size_t> left(out.size());
    std::vector<RuleId> taken;
    for (RuleId rule = 0; rule < out.size(); ++rule) {
      for (const RuleId other : out[rule]) left[rule] += facts.recursive[other];
      if (facts.recursive[rule] && left[rule] == 0) taken.push_back(rule);
    }
    for (std::size_t i = 0; i < taken.size(); ++i) {
      facts.recursive[taken[i]] = false;
      for (const RuleId other : in[taken[i]]) {
        if (facts.recursive[other] && --left[other] == 0) taken.push_back(other);
      }
    }
    return taken;
  };
  facts.callees_first = peel(calls, callers);
  const std::vector<RuleId> above = peel(callers, calls);
  for (RuleId rule = 0; rule < calls.size(); ++rule) {
    if (facts.recursive[rule]) facts.callees_first.push_back(rule);
  }
  facts.callees_first.insert(facts.callees_first.end(), above.rbegin(), above.rend());
}

// Rules that a text of the expression may begin with; returns whether the empty text matches.
bool append_first(const Grammar& grammar, ExprId id, const std::vector<bool>& nullable, std::vector<RuleId>& first) {
  const Expr& expr = grammar[id];
  bool all = true, any = false;
  switch (expr.kind) {
    case Kind::kRule: first.push_back(expr.rule); return nullable[expr.rule];
    case Kind::kSequence:
      for (const ExprId part : expr.parts) {
        if (!append_first(grammar, part, nullable, first)) return false;
      }
      return true;
    case Kind::kChoice:
      for (const ExprId part : expr.parts) any |= append_first(grammar, part, nullable, first);
      return any;
    case Kind::kRepeat: return append_first(grammar, expr.parts[0], nullable, first) || expr.least == 0;
    case Kind::kJoin:
      for (std::size_t i = 1; i < expr.parts.size(); ++i) {
        const bool part = append_first(grammar, expr.parts[i], nullable, first);
        any |= part;
        all &= part || expr.optional[i];
      }
      if (any) append_first(grammar, expr.parts[0], nullable, first);
      return all && (any || expr.least == 0);
    default: return Facts{grammar, nullable, true}.leaf(expr);
  }
}

[[noreturn]] void throw_left_recursion(const Grammar& grammar, std::vector<RuleId> way) {
  std::string names;
  for (const RuleId rule : way) names += (names.empty() ? "'" : " -> '") + grammar.rules()[rule].name + "'";
  throw InputError(fmt::format("grammar: a rule begins with itself: {}", names),
                   "write the repetition behind what it repeats: list ::= item (\",\" item)*");
}

// Depth first without recursion: chains of rules may be long.
void refuse_left_recursion(const Grammar& grammar, const std::vector<bool>& nullable) {
  Graph first(grammar.rules().size());
  for (RuleId rule = 0; rule < first.size(); ++rule) {
    append_first(grammar, grammar.rules()[rule].body, nullable, first[rule]);
  }
  enum class Seen : std::uint8_t { kNo, kOpen, kDone };
  std::vector<Seen> seen(first.size(), Seen::kNo);
  std::vector<std::size_t> next(first.size());
  for (RuleId start = 0; start < first.size(); ++start) {
    if (seen[start] != Seen::kNo) continue;
    std::vector<RuleId> way = {start};
    seen[start] = Seen::kOpen;
    while (!way.empty()) {
      const RuleId rule = way.back();
      if (next[rule] == first[rule].size()) {
        seen[rule] = Seen::kDone;
        way.pop_back();
        continue;
      }
      const RuleId to = first[rule][next[rule]++];
      if (seen[to] == Seen::kOpen) {
        way.erase(way.begin(), std::ranges::find(way, to));
        way.push_back(to);
        throw_left_recursion(grammar, std::move(way));
      }
      if (seen[to] == Seen::kNo) {
        seen[to] = Seen::kOpen;
        way.push_back(to);
      }
    }
  }
}

}  // namespace

void append_calls(const Grammar& grammar, ExprId id, std::vector<RuleId>& calls) {
  const Expr& expr = grammar[id];
  if (expr.kind == Kind::kRule) calls.push_back(expr.rule);
  for (const ExprId part : expr.parts) append_calls(grammar, part, calls);
}

RuleFacts check_grammar(const Grammar& grammar) {
  Graph calls(grammar.rules().size());
  for (RuleId rule = 0; rule < calls.size(); ++rule) append_calls(grammar, grammar.rules()[rule].body, calls[rule]);
  const Graph callers = reversed(calls);
  RuleFacts facts;
  facts.productive = fixpoint(grammar, callers, /*nullable=*/false);
  facts.nullable = fixpoint(grammar, callers, /*nullable=*/true);
  if (!facts.productive[grammar.root]) {
    throw InputError(fmt::format("grammar: '{}' matches nothing", grammar.rules()[grammar.root].name),
                     "some part of it has no text, or needs itself without end");
  }
  refuse_left_recursion(grammar, facts.nullable);
  find_recursion(calls, callers, facts);
  return facts;
}

}  // namespace llmops::infer::grammar
