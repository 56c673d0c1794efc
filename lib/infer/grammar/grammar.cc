// A grammar as the front ends write it: rules over expressions of literals and characters.
#include "infer/grammar/grammar.h"

#include <fmt/format.h>

#include "infer/grammar/limits.h"

namespace llmops::infer::grammar {
namespace {
// Longer repetitions are blocks of this many, one rule that is called: its states and their masks then serve them all.
constexpr std::uint32_t kBlock = 64;

Expr of_kind(Expr::Kind kind) {
  Expr expr;
  expr.kind = kind;
  return expr;
}
}  // namespace

void StepCount::fail() const {
  throw InputError(fmt::format("grammar: {} takes more than {} steps", what, limit),
                   "write it with fewer ways to read the same text, and smaller repetitions");
}

ExprId Grammar::add(Expr expr) {
  ranges_ += expr.set.ranges().size();
  if (expressions_.size() + ranges_ / 8 >= kMaxExpressions) {
    throw InputError(fmt::format("grammar: it has more than {} parts", kMaxExpressions), "write a smaller grammar");
  }
  expressions_.push_back(std::move(expr));
  return static_cast<ExprId>(expressions_.size() - 1);
}

ExprId Grammar::nothing() { return add({}); }

ExprId Grammar::literal(std::string bytes) {
  Expr expr = of_kind(Expr::Kind::kLiteral);
  expr.literal = std::move(bytes);
  return add(std::move(expr));
}

ExprId Grammar::character(CodePointSet set) {
  Expr expr = of_kind(Expr::Kind::kClass);
  expr.set = std::move(set);
  return add(std::move(expr));
}

ExprId Grammar::sequence(std::vector<ExprId> parts) {
  if (parts.size() == 1) return parts[0];
  Expr expr = of_kind(Expr::Kind::kSequence);
  expr.parts = std::move(parts);
  return add(std::move(expr));
}

ExprId Grammar::choice(std::vector<ExprId> parts) {
  if (parts.size() == 1) return parts[0];
  Expr expr = of_kind(Expr::Kind::kChoice);
  expr.parts = std::move(parts);
  return add(std::move(expr));
}

ExprId Grammar::repeat(ExprId part, std::uint32_t least, std::uint32_t most) {
  const std::uint32_t largest = most == kUnbounded ? least : most;
  if (largest > kMaxRepeat) {
    throw InputError(fmt::format("grammar: {} repetitions are more than the {} allowed", largest, kMaxRepeat),
                     "repeat less often, or without an upper bound");
  }
  if (least > most) return nothing();
  if (most == 0) return literal("");
  if (least == 1 && most == 1) return part;
  if (largest > kBlock) return repeat_in_blocks(part, least, most);
  Expr expr = of_kind(Expr::Kind::kRepeat);
  expr.parts = {part};
  expr.least = least;
  expr.most = most;
  return add(std::move(expr));
}

const Grammar::Blocks& Grammar::blocks_of(ExprId one) {
  const auto [found, is_new] = blocks_.try_emplace(expressions_[one].rule);
  if (is_new) {
    found->second = {as_rule(repeat(one, kBlock, kBlock), "a block of a repetition"),
                     as_rule(repeat(one, 0, kBlock - 1), "the end of a repetition")};
    for (const ExprId part : {found->second.whole, found->second.part}) rules_[expressions_[part].rule].shared = true;
  }
  return found->second;
}

// x{m,n} as B{m/k} x{m%k} and then up to n-m more, with B = x{k}: q blocks and r more are either fewer than q blocks
// and any rest, or all q blocks and a rest of at most r.
ExprId Grammar::repeat_in_blocks(ExprId part, std::uint32_t least, std::uint32_t most) {
  const ExprId one = as_rule(part, "what is repeated");
  const Blocks block = blocks_of(one);
  // Through repeat() again, with counts that are smaller by kBlock: blocks of blocks end soon.
  std::vector<ExprId> parts = {repeat(block.whole, least / kBlock, least / kBlock),
                               repeat(one, least % kBlock, least % kBlock)};
  if (most == kUnbounded) {
    parts.push_back(repeat(one, 0, kUnbounded));
  } else if (most > least) {
    const std::uint32_t blocks = (most - least) / kBlock;
    const std::uint32_t rest = (most - least) % kBlock;
    std::vector<ExprId> ways = {sequence({repeat(block.whole, blocks, blocks), repeat(one, 0, rest)})};
    if (blocks > 0) ways.push_back(sequence({repeat(block.whole, 0, blocks - 1), block.part}));
    parts.push_back(choice(std::move(ways)));
  }
  return sequence(std::move(parts));
}

ExprId Grammar::join(std::vector<ExprId> parts, std::vector<bool> optional, bool last_repeats, std::uint32_t least) {
  Expr expr = of_kind(Expr::Kind::kJoin);
  expr.parts = std::move(parts);
  expr.optional = std::move(optional);
  expr.last_repeats = last_repeats;
  expr.least = least;
  return add(std::move(expr));
}

ExprId Grammar::reference(RuleId rule) {
  Expr expr = of_kind(Expr::Kind::kRule);
  expr.rule = rule;
  return add(std::move(expr));
}

RuleId Grammar::declare(std::string name) {
  if (rules_.size() >= kMaxRules) {
    throw InputError(fmt::format("grammar: it has more than {} rules", kMaxRules), "write a smaller grammar");
  }
  rules_.push_back({std::move(name)});
  return static_cast<RuleId>(rules_.size() - 1);
}

ExprId Grammar::as_rule(ExprId body, std::string name) {
  if (expressions_[body].kind == Expr::Kind::kRule) return body;
  const RuleId rule = declare(std::move(name));
  define(rule, body);
  return reference(rule);
}

}  // namespace llmops::infer::grammar
