// From states that may be many at once to a table in which each set of them is one.
#include "infer/grammar/determinize.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include "core/cancel.h"
#include "infer/grammar/limits.h"

namespace llmops::infer::grammar {
namespace {

using State = std::uint32_t;
using Set = std::vector<State>;  // ascending

struct SetHash {
  std::size_t operator()(const Set& set) const {
    return std::hash<std::string_view>()({reinterpret_cast<const char*>(set.data()), set.size() * sizeof(State)});
  }
};

void find_byte_classes(const Nfa& nfa, Automaton& out) {
  std::array<bool, 257> begins{};
  for (const Nfa::Edge& edge : nfa.edges) {
    if (edge.kind != Nfa::Edge::Kind::kBytes) continue;
    begins[edge.first] = true;
    begins[std::size_t{edge.last} + 1] = true;
  }
  std::uint8_t current = 0;
  for (std::size_t byte = 1; byte < 256; ++byte) {
    current = static_cast<std::uint8_t>(current + (begins[byte] ? 1 : 0));
    out.class_of[byte] = current;
  }
  out.classes = current + 1u;
}

class Determinizer {
 public:
  explicit Determinizer(const Nfa& nfa) : nfa_(nfa), seen_(nfa.first_edge.size()), is_end_(nfa.first_edge.size()) {
    for (const Nfa::Span& rule : nfa.rules) is_end_[rule.end] = true;
  }

  Automaton run() {
    find_byte_classes(nfa_, out_);
    targets_.resize(out_.classes);
    std::unordered_map<RuleId, State> begins;
    for (const Nfa::Span& rule : nfa_.rules) begins[rule.rule] = state_of({rule.begin});
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (i % 1024 == 0) throw_if_cancelled();
      expand(static_cast<State>(i));
    }
    for (auto& [from, call] : calls_) call.target = begins.at(call.target);
    out_.start = begins.at(nfa_.rules[0].rule);
    trim();
    set_flags();
    return std::move(out_);
  }

 private:
  // The set that is reached by nothing, as far as it matters: states with an edge that is not empty, and ends.
  Set closure(const Set& from) {
    Set pending, kept;
    ++round_;
    for (const State state : from) {
      if (seen_[state] == round_) continue;
      seen_[state] = round_;
      pending.push_back(state);
    }
    while (!pending.empty()) {
      const State state = pending.back();
      pending.pop_back();
      bool matters = is_end_[state];
      for (std::uint32_t e = nfa_.first_edge[state]; e != Nfa::kNone; e = nfa_.edges[e].next) {
        const Nfa::Edge& edge = nfa_.edges[e];
        steps_.add(1);
        if (edge.kind != Nfa::Edge::Kind::kEmpty) {
          matters = true;
        } else if (seen_[edge.to] != round_) {
          seen_[edge.to] = round_;
          pending.push_back(edge.to);
        }
      }
      if (matters) kept.push_back(state);
    }
    std::ranges::sort(kept);
    return kept;
  }

  State state_of(const Set& from) {
    Set set = closure(from);
    steps_.add(set.size() + 8);
    const auto [found, is_new] = numbers_.try_emplace(std::move(set), static_cast<State>(sets_.size()));
    if (is_new) {
      steps_.add(8 * found->first.size());  // it is kept: memory is dearer than time
      sets_.push_back(&found->first);
      const std::uint64_t cells = sets_.size() * std::uint64_t{out_.classes};
      if (cells > kMaxTableCells) {
        throw InputError(fmt::format("grammar: its table needs more than {} cells", kMaxTableCells),
                         "make the beginnings of alternatives differ, and repetitions smaller");
      }
      out_.next.resize(cells, Automaton::kDead);
      out_.flags.push_back(0);
    }
    return found->second;
  }

  void expand(State from) {
    for (Set& target : targets_) target.clear();
    std::map<RuleId, Set> returns;
    for (const State state : *sets_[from]) {
      if (is_end_[state]) out_.flags[from] |= Automaton::kAccepts;
      for (std::uint32_t e = nfa_.first_edge[state]; e != Nfa::kNone; e = nfa_.edges[e].next) {
        const Nfa::Edge& edge = nfa_.edges[e];
        if (edge.kind == Nfa::Edge::Kind::kCall) returns[edge.rule].push_back(edge.to);
        if (edge.kind != Nfa::Edge::Kind::kBytes) continue;
        const std::size_t first = out_.class_of[edge.first], last = out_.class_of[edge.last];
        steps_.add(last - first + 1);
        for (std::size_t c = first; c <= last; ++c) targets_[c].push_back(edge.to);
      }
    }
    State last = Automaton::kDead;
    for (std::size_t c = 0; c < targets_.size(); ++c) {
      if (targets_[c].empty()) continue;
      const bool same = c > 0 && targets_[c] == targets_[c - 1];  // neighbours mostly lead to the same
      if (!same) last = state_of(targets_[c]);
      out_.next[std::size_t{from} * out_.classes + c] = last;
    }
    for (const auto& [rule, back] : returns) {
      const State to = state_of(back);
      calls_.push_back({from, {.target = rule, .back = to}});  // a rule's number until all its states are known
    }
  }

  // Backwards from the ends; a rule that is called always has one.
  void trim() {
    std::vector<std::pair<State, State>> back;  // (to, from)
    for (std::size_t i = 0; i < out_.next.size(); ++i) {
      if (out_.next[i] == Automaton::kDead) continue;
      const std::pair<State, State> one{out_.next[i], static_cast<State>(i / out_.classes)};
      if (back.empty() || back.back() != one) back.push_back(one);
    }
    for (const auto& [from, call] : calls_) back.emplace_back(call.back, from);
    std::ranges::sort(back);
    std::vector<bool> useful(out_.flags.size());
    std::vector<State> pending;
    for (State state = 0; state < useful.size(); ++state) {
      if (out_.flags[state] & Automaton::kAccepts) {
        useful[state] = true;
        pending.push_back(state);
      }
    }
    while (!pending.empty()) {
      const State to = pending.back();
      pending.pop_back();
      for (auto it = std::ranges::lower_bound(back, std::pair{to, State{0}}); it != back.end() && it->first == to;
           ++it) {
        if (useful[it->second]) continue;
        useful[it->second] = true;
        pending.push_back(it->second);
      }
    }
    for (State& to : out_.next) {
      if (to != Automaton::kDead && !useful[to]) to = Automaton::kDead;
    }
    std::erase_if(calls_, [&](const auto& call) { return !useful[call.second.back]; });
  }

  void set_flags() {
    out_.first_call.assign(out_.flags.size() + 1, 0);
    for (const auto& [from, call] : calls_) {  // already by state: they were found in that order
      ++out_.first_call[from + 1];
      out_.flags[from] |= Automaton::kCalls;
      out_.calls.push_back(call);
    }
    for (std::size_t i = 1; i < out_.first_call.size(); ++i) out_.first_call[i] += out_.first_call[i - 1];
    for (std::size_t state = 0; state < out_.flags.size(); ++state) {
      const auto row = out_.next.begin() + static_cast<std::ptrdiff_t>(state * out_.classes);
      const bool dead = std::all_of(row, row + out_.classes, [](State to) { return to == Automaton::kDead; });
      if (dead && out_.flags[state] == Automaton::kAccepts) out_.flags[state] |= Automaton::kLast;
    }
  }

  const Nfa& nfa_;
  Automaton out_;
  StepCount steps_{kMaxCompileSteps, "compiling it"};
  std::vector<std::uint32_t> seen_;  // by state: the last round that met it
  std::uint32_t round_ = 0;
  std::vector<bool> is_end_;
  std::unordered_map<Set, State, SetHash> numbers_;
  std::vector<const Set*> sets_;  // by number; nodes of the map stay where they are
  std::vector<Set> targets_;      // by class of bytes
  std::vector<std::pair<State, Automaton::Call>> calls_;
};

}  // namespace

Automaton determinize(const Nfa& nfa) { return Determinizer(nfa).run(); }

Automaton compile_grammar(const Grammar& grammar) {
  const RuleFacts facts = check_grammar(grammar);
  return determinize(build_nfa(grammar, facts, plan_inlining(grammar, facts)));
}

}  // namespace llmops::infer::grammar
