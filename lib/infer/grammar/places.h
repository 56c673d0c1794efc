// Where a text stands in a grammar: all the ways to read it so far, each a state and a stack of states to come back to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "infer/grammar/automaton.h"
#include "infer/grammar/limits.h"

namespace llmops::infer::grammar {

/// Stacks that share their lower parts: a tree, in which equal stacks are one node. Node 0 is the empty stack.
class Stacks {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Node {
    std::uint32_t back = 0;  ///< the state on top
    std::uint32_t below = 0;
    std::uint32_t depth = 0;
    std::uint32_t first_child = kNone;
    std::uint32_t next_sibling = kNone;
  };

  Stacks() { nodes_.emplace_back(); }
  /// @return kNone for a stack deeper than kMaxStackDepth, or one node too many
  std::uint32_t push(std::uint32_t below, std::uint32_t back, StepCount& steps);
  const Node& operator[](std::uint32_t node) const { return nodes_[node]; }
  std::size_t size() const { return nodes_.size(); }
  /// Forgets all stacks but the empty one.
  void clear();

 private:
  std::vector<Node> nodes_;
};

struct Place {
  std::uint32_t state = 0;
  std::uint32_t stack = 0;
  bool operator==(const Place&) const = default;
};

/// None twice, and each with all that it calls and returns to: only bytes lead on.
using Places = std::vector<Place>;

/// Steps through an automaton, on stacks that it only adds to.
class Reader {
 public:
  Reader(const Automaton& automaton, Stacks& stacks, StepCount& steps)
      : automaton_(automaton), stacks_(stacks), steps_(steps) {}

  /// Adds a place and what follows without a byte.
  void enter(Place place, Places& out);
  /// @param out  what one byte leads to; empty where nothing does
  void step(const Places& from, std::uint8_t byte, Places& out);
  /// Whether the text may end here: on an empty stack.
  bool at_end(const Places& places) const;
  /// Something was left out because a stack was too deep.
  bool too_deep() const { return too_deep_; }
  /// Something was left out because there were kMaxPlaces places already.
  bool crowded() const { return crowded_; }

 private:
  const Automaton& automaton_;
  Stacks& stacks_;
  StepCount& steps_;
  Places pending_;
  bool too_deep_ = false;
  bool crowded_ = false;
};

/// The places and the stacks they stand on, and nothing else: what a request keeps between tokens. Immutable.
struct Position {
  Stacks stacks;
  Places places;

  std::uint32_t max_depth() const;
  /// Equal for equal positions that were reached in the same order.
  std::string key() const;
  static Position from(const Stacks& stacks, const Places& places, StepCount& steps);
};

}  // namespace llmops::infer::grammar
