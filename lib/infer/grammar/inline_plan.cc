// Which rules are written out where they are used, and which are compiled once and called.
#include "infer/grammar/inline_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "infer/grammar/limits.h"

namespace llmops::infer::grammar {
namespace {

using Kind = Expr::Kind;

constexpr std::uint64_t kTooMany = std::uint64_t{1} << 40;  // where counting stops
constexpr std::uint64_t kGoodSize = 60'000;                 // states; below it more is written out
constexpr int kMaxBuildDepth = 1'500;                       // of the recursion that writes the states
// Rules of at most so many states are written out at every use: the first of these that gives a good size.
constexpr std::uint64_t kInlineSizes[] = {256, 64, 16, 0};

struct Size {
  std::uint64_t states = 0;
  int depth = 1;
};

std::uint64_t times(std::uint64_t a, std::uint64_t b) { return b != 0 && a > kTooMany / b ? kTooMany : a * b; }

class Planner {
 public:
  Planner(const Grammar& grammar, const RuleFacts& facts) : grammar_(grammar), facts_(facts) { count_uses(); }

  // Total states when rules of at most `most` states are written out.
  std::uint64_t plan(std::uint64_t most) {
    const auto& rules = grammar_.rules();
    inlined_.assign(rules.size(), false);
    sizes_.assign(rules.size(), {});
    for (const RuleId rule : facts_.callees_first) {
      sizes_[rule] = size_of(rules[rule].body);
      const bool may = rule != grammar_.root && !facts_.recursive[rule] && !rules[rule].shared &&
                       sizes_[rule].depth < kMaxBuildDepth / 2;
      inlined_[rule] = may && (uses_[rule] <= 1 || sizes_[rule].states <= most);
    }
    find_called();
    std::uint64_t total = 0;
    for (const RuleId rule : called_) total = std::min(kTooMany, total + sizes_[rule].states + 2);
    return total;
  }

  const std::string& largest() const {
    return grammar_.rules()[*std::ranges::max_element(called_, {}, [this](RuleId rule) { return sizes_[rule].states; })]
        .name;
  }

  InlinePlan take() { return {std::move(inlined_), std::move(called_)}; }

 private:
  void count_uses() {
    uses_.assign(grammar_.rules().size(), 0);
    for (const Rule& rule : grammar_.rules()) count_uses(rule.body, 1);
  }

  void count_uses(ExprId id, std::uint64_t copies) {
    const Expr& expr = grammar_[id];
    if (expr.kind == Kind::kRule) uses_[expr.rule] = std::min(kTooMany, uses_[expr.rule] + copies);
    if (expr.kind == Kind::kRepeat) copies = times(copies, copies_of(expr));
    for (const ExprId part : expr.parts) count_uses(part, copies);
  }

  static std::uint64_t copies_of(const Expr& repeat) {
    return repeat.most == kUnbounded ? std::uint64_t{repeat.least} + 1 : repeat.most;
  }

  Size size_of(ExprId id) const {
    const Expr& expr = grammar_[id];
    Size size;
    for (const ExprId part : expr.parts) {
      const Size one = size_of(part);
      size.states = std::min(kTooMany, size.states + one.states);
      size.depth = std::max(size.depth, one.depth + 1);
    }
    switch (expr.kind) {
      case Kind::kLiteral: size.states = expr.literal.size(); break;
      case Kind::kChoice: size.states += 1; break;
      case Kind::kClass:
        size.states = 1;
        for (const Utf8Sequence& one : utf8_sequences(expr.set)) size.states += static_cast<unsigned>(one.length - 1);
        break;
      case Kind::kRepeat: size.states = times(size.states + 1, copies_of(expr)); break;
      case Kind::kJoin:  // the separator stands before each part, and once more before one that repeats
        size.states = std::min(kTooMany, size.states + times(size_of(expr.parts[0]).states + 3, expr.parts.size() + 1));
        break;
      case Kind::kRule:
        if (inlined_[expr.rule]) return {sizes_[expr.rule].states + 1, sizes_[expr.rule].depth + 1};
        size.states = 1;
        break;
      default: break;
    }
    return size;
  }

  // Rules that are reached from the root, through those written out.
  void find_called() {
    called_ = {grammar_.root};
    std::vector<bool> seen(inlined_.size());
    seen[grammar_.root] = true;
    std::vector<RuleId> pending = {grammar_.root};
    while (!pending.empty()) {
      const RuleId rule = pending.back();
      pending.pop_back();
      std::vector<RuleId> calls;
      append_calls(grammar_, grammar_.rules()[rule].body, calls);
      for (const RuleId call : calls) {
        if (seen[call]) continue;
        seen[call] = true;
        pending.push_back(call);
        if (!inlined_[call]) called_.push_back(call);
      }
    }
  }

  const Grammar& grammar_;
  const RuleFacts& facts_;
  std::vector<std::uint64_t> uses_;
  std::vector<bool> inlined_;
  std::vector<Size> sizes_;
  std::vector<RuleId> called_;
};

}  // namespace

InlinePlan plan_inlining(const Grammar& grammar, const RuleFacts& facts) {
  Planner planner(grammar, facts);
  std::uint64_t total = 0;
  for (const std::uint64_t most : kInlineSizes) {
    total = planner.plan(most);
    if (total <= kGoodSize) break;
  }
  if (total > kMaxNfaStates) {
    throw InputError(
        fmt::format("grammar: it needs more than {} states, most of them for '{}'", kMaxNfaStates, planner.largest()),
        "use smaller repetitions, or fewer of them within each other");
  }
  return planner.take();
}

}  // namespace llmops::infer::grammar
