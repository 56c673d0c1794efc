// A grammar as states with edges for bytes, for nothing, and for whole rules.
#include "infer/grammar/nfa.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <tuple>

#include "infer/grammar/limits.h"

namespace llmops::infer::grammar {
namespace {

using Kind = Expr::Kind;
using State = std::uint32_t;

// Every function adds the paths of an expression from a state and returns where they end. None adds an edge back into
// the state it was given, so that what is built on it later cannot be entered from within.
class Builder {
 public:
  Builder(const Grammar& grammar, const RuleFacts& facts, const InlinePlan& plan)
      : grammar_(grammar), facts_(facts), plan_(plan) {}

  Nfa build() {
    for (const RuleId rule : plan_.called) {
      const State begin = state();
      nfa_.rules.push_back({rule, begin, add(grammar_.rules()[rule].body, begin)});
    }
    return std::move(nfa_);
  }

 private:
  State state() {
    if (nfa_.first_edge.size() >= 2 * kMaxNfaStates) {
      throw InputError(fmt::format("grammar: it needs more than {} states", 2 * kMaxNfaStates));
    }
    nfa_.first_edge.push_back(Nfa::kNone);
    return static_cast<State>(nfa_.first_edge.size() - 1);
  }

  void edge(State from, Nfa::Edge edge) {
    edge.next = nfa_.first_edge[from];
    nfa_.first_edge[from] = static_cast<std::uint32_t>(nfa_.edges.size());
    nfa_.edges.push_back(edge);
  }
  void empty(State from, State to) { edge(from, {.to = to}); }
  void bytes(State from, ByteRange range, State to) {
    edge(from, {.kind = Nfa::Edge::Kind::kBytes, .first = range.first, .last = range.last, .to = to});
  }

  State add(ExprId id, State from) {
    const Expr& expr = grammar_[id];
    switch (expr.kind) {
      case Kind::kNothing: return state();
      case Kind::kLiteral: return add_literal(expr.literal, from);
      case Kind::kClass: return add_class(expr.set, from);
      case Kind::kSequence:
        for (const ExprId part : expr.parts) from = add(part, from);
        return from;
      case Kind::kChoice: return add_choice(expr, from);
      case Kind::kRepeat: return add_repeat(expr, from);
      case Kind::kJoin: return add_join(expr, from);
      case Kind::kRule: break;
    }
    return add_rule(expr.rule, from);
  }

  State add_literal(const std::string& literal, State from) {
    for (const char c : literal) {
      const State to = state();
      const auto byte = static_cast<std::uint8_t>(c);
      bytes(from, {byte, byte}, to);
      from = to;
    }
    return from;
  }

  // Sequences that end alike share their ends: all of UTF-8 takes 8 states.
  State add_class(const CodePointSet& set, State from) {
    const State end = state();
    std::map<std::tuple<State, std::uint8_t, std::uint8_t>, State> tails;
    for (const Utf8Sequence& sequence : utf8_sequences(set)) {
      State to = end;
      for (int i = sequence.length - 1; i > 0; --i) {
        const ByteRange range = sequence.bytes[i];
        const auto [found, is_new] = tails.try_emplace({to, range.first, range.last});
        if (is_new) {
          found->second = state();
          bytes(found->second, range, to);
        }
        to = found->second;
      }
      bytes(from, sequence.bytes[0], to);
    }
    return end;
  }

  State add_choice(const Expr& expr, State from) {
    const State end = state();
    for (const ExprId part : expr.parts) empty(add(part, from), end);
    return end;
  }

  State add_repeat(const Expr& expr, State from) {
    const ExprId part = expr.parts[0];
    for (std::uint32_t i = 0; i < expr.least; ++i) from = add(part, from);
    if (expr.most == kUnbounded) {
      const State loop = state();
      empty(from, loop);
      empty(add(part, loop), loop);
      return loop;
    }
    const State end = state();
    for (std::uint32_t i = expr.least; i < expr.most; ++i) {
      empty(from, end);
      from = add(part, from);
    }
    empty(from, end);
    return end;
  }

  // Two states walk along the parts: one where none was written yet, one where the next needs a separator.
  State add_join(const Expr& expr, State from) {
    std::optional<State> none = from, some;
    for (std::size_t i = 1; i < expr.parts.size(); ++i) {
      const State begin = state();
      if (none) empty(*none, begin);
      if (some) empty(add(expr.parts[0], *some), begin);
      const State end = add(expr.parts[i], begin);
      if (expr.last_repeats && i + 1 == expr.parts.size()) empty(add(expr.parts[0], end), begin);
      const State behind = state();
      empty(end, behind);
      if (!expr.optional[i]) {
        none.reset();
      } else if (some) {
        empty(*some, behind);
      }
      some = behind;
    }
    const State end = state();
    if (none && expr.least == 0) empty(*none, end);
    if (some) empty(*some, end);
    return end;
  }

  State add_rule(RuleId rule, State from) {
    if (plan_.inlined[rule]) return add(grammar_.rules()[rule].body, from);
    const State end = state();
    if (facts_.productive[rule]) edge(from, {.kind = Nfa::Edge::Kind::kCall, .rule = rule, .to = end});
    return end;
  }

  const Grammar& grammar_;
  const RuleFacts& facts_;
  const InlinePlan& plan_;
  Nfa nfa_;
};

}  // namespace

Nfa build_nfa(const Grammar& grammar, const RuleFacts& facts, const InlinePlan& plan) {
  return Builder(grammar, facts, plan).build();
}

}  // namespace llmops::infer::grammar
