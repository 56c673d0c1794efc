// Where a text stands in a grammar: all the ways to read it so far, each a state and a stack of states to come back to.
#include "infer/grammar/places.h"

#include <algorithm>
#include <unordered_map>

namespace llmops::infer::grammar {

std::uint32_t Stacks::push(std::uint32_t below, std::uint32_t back, StepCount& steps) {
  for (std::uint32_t child = nodes_[below].first_child; child != kNone; child = nodes_[child].next_sibling) {
    steps.add(1);
    if (nodes_[child].back == back) return child;
  }
  if (nodes_[below].depth >= kMaxStackDepth || nodes_.size() >= kMaxStackNodes) return kNone;
  steps.add(4);
  const auto node = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({back, below, nodes_[below].depth + 1, kNone, nodes_[below].first_child});
  nodes_[below].first_child = node;
  return node;
}

void Stacks::clear() {
  nodes_.resize(1);
  nodes_[0].first_child = kNone;
}

void Reader::enter(Place place, Places& out) {
  pending_.assign(1, place);
  while (!pending_.empty()) {
    const Place one = pending_.back();
    pending_.pop_back();
    steps_.add(1 + out.size() / 8);
    if (std::ranges::find(out, one) != out.end()) continue;
    if (out.size() >= kMaxPlaces) {
      crowded_ = true;
      return;
    }
    out.push_back(one);
    const std::uint8_t flags = automaton_.flags[one.state];
    if ((flags & Automaton::kAccepts) && one.stack != 0) {
      pending_.push_back({stacks_[one.stack].back, stacks_[one.stack].below});
    }
    if (!(flags & Automaton::kCalls)) continue;
    for (const Automaton::Call& call : automaton_.calls_of(one.state)) {
      const bool last = automaton_.flags[call.back] & Automaton::kLast;  // so lists of any length need no stack
      const std::uint32_t stack = last ? one.stack : stacks_.push(one.stack, call.back, steps_);
      if (stack == Stacks::kNone) {
        too_deep_ = true;
      } else {
        pending_.push_back({call.target, stack});
      }
    }
  }
}

void Reader::step(const Places& from, std::uint8_t byte, Places& out) {
  out.clear();
  steps_.add(from.size());
  for (const Place& place : from) {
    const std::uint32_t to = automaton_.step(place.state, byte);
    if (to == Automaton::kDead) continue;
    if (from.size() == 1 && automaton_.flags[to] == 0) {  // by far the most common
      out.push_back({to, place.stack});
    } else {
      enter({to, place.stack}, out);
    }
  }
}

bool Reader::at_end(const Places& places) const {
  return std::ranges::any_of(places, [this](const Place& place) {
    return place.stack == 0 && (automaton_.flags[place.state] & Automaton::kAccepts);
  });
}

std::uint32_t Position::max_depth() const {
  std::uint32_t depth = 0;
  for (const Place& place : places) depth = std::max(depth, stacks[place.stack].depth);
  return depth;
}

std::string Position::key() const {
  std::string key;
  const auto append = [&key](std::uint32_t value) { key.append(reinterpret_cast<const char*>(&value), sizeof(value)); };
  for (const Place& place : places) {
    append(place.state);
    append(place.stack);
  }
  append(UINT32_MAX);
  for (std::uint32_t node = 1; node < stacks.size(); ++node) {
    append(stacks[node].back);
    append(stacks[node].below);
  }
  return key;
}

Position Position::from(const Stacks& stacks, const Places& places, StepCount& steps) {
  Position kept;
  std::unordered_map<std::uint32_t, std::uint32_t> moved = {{0, 0}};
  for (const Place& place : places) {
    std::vector<std::uint32_t> chain;  // from the top down to what was moved before
    for (std::uint32_t node = place.stack; !moved.contains(node); node = stacks[node].below) chain.push_back(node);
    for (auto node = chain.rbegin(); node != chain.rend(); ++node) {
      moved[*node] = kept.stacks.push(moved[stacks[*node].below], stacks[*node].back, steps);
    }
    kept.places.push_back({place.state, moved.at(place.stack)});
  }
  return kept;
}

}  // namespace llmops::infer::grammar
