// A grammar as the front ends write it: rules over expressions of literals and characters.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "infer/grammar/code_points.h"

namespace llmops::infer::grammar {

using ExprId = std::uint32_t;
using RuleId = std::uint32_t;
constexpr std::uint32_t kUnbounded = UINT32_MAX;

struct Expr {
  enum class Kind : std::uint8_t {
    kNothing,   ///< no text at all
    kLiteral,   ///< these bytes; "" is the empty text
    kClass,     ///< one character of a set
    kSequence,  ///< the parts, one behind the other
    kChoice,    ///< one of the parts
    kRepeat,    ///< parts[0], `least` to `most` times
    kJoin,      ///< parts[1..] in order with parts[0] between any two; at least `least` of them
    kRule,      ///< what `rule` says
  };
  Kind kind = Kind::kNothing;
  std::string literal;
  CodePointSet set;
  std::vector<ExprId> parts;
  std::vector<bool> optional;  ///< kJoin: whether parts[i] may be left out; [0] is not used
  bool last_repeats = false;   ///< kJoin: the last part may come any number of times
  std::uint32_t least = 0;
  std::uint32_t most = 0;  ///< kUnbounded for no end
  RuleId rule = 0;
};

struct Rule {
  std::string name;  ///< as errors call it
  ExprId body = 0;
  bool shared = false;  ///< compiled once and called, however small
};

/// An expression has one parent, unless it is small: what walks a rule's body walks a tree, and references to rules are
/// the only way to use something large twice.
class Grammar {
 public:
  ExprId nothing();
  ExprId literal(std::string bytes);
  ExprId character(CodePointSet set);
  ExprId sequence(std::vector<ExprId> parts);
  ExprId choice(std::vector<ExprId> parts);
  /// @throws InputError  for a bound over kMaxRepeat
  ExprId repeat(ExprId part, std::uint32_t least, std::uint32_t most);
  ExprId optional(ExprId part) { return repeat(part, 0, 1); }
  /// @param parts  the separator, then what it stands between
  ExprId join(std::vector<ExprId> parts, std::vector<bool> optional, bool last_repeats, std::uint32_t least);
  ExprId reference(RuleId rule);

  RuleId declare(std::string name);
  void define(RuleId rule, ExprId body) { rules_[rule].body = body; }
  /// The expression as a rule of its own, so that it may be used often.
  ExprId as_rule(ExprId body, std::string name);

  const Expr& operator[](ExprId id) const { return expressions_[id]; }
  const std::vector<Rule>& rules() const { return rules_; }
  RuleId root = 0;

 private:
  ExprId add(Expr expr);
  // As many repetitions as make a block, and fewer.
  struct Blocks {
    ExprId whole = 0;
    ExprId part = 0;
  };
  const Blocks& blocks_of(ExprId one);
  ExprId repeat_in_blocks(ExprId part, std::uint32_t least, std::uint32_t most);

  std::vector<Expr> expressions_;
  std::vector<Rule> rules_;
  std::map<RuleId, Blocks> blocks_;  // by the rule that is repeated
  std::size_t ranges_ = 0;           // of all sets
};

}  // namespace llmops::infer::grammar
